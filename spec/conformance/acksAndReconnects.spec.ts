import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { StreamHeaders } from '../../lib/transport/transport.ts';
import { nextTurn, rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, created } from '../support/scriptedTransport.ts';
import { reading, readingText, type SdkServer, startSdkServer } from '../support/sdkServer.ts';

const cut = new ZerobusError('UNAVAILABLE', 'cut');

describe('Conformance, invalid acks', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  it('over_ack_rejection: an ack beyond what was sent makes nothing durable, and the records are sent again', async () => {
    world.server.faults.overAck({ by: 5, times: 1 });
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    expect([stream.stats.durableOffset, stream.stats.connections]).toEqual([0, 2]);
  });

  it('over_ack_rejection: without recovery, the stream fails with PROTOCOL_ERROR and hands everything back', async () => {
    world.server.faults.overAck({ by: 1 });
    const stream = await world.open({ recovery: false });
    const error = await rejectionOf(stream.ingestRecord(reading(1)));
    expect([error.code, error.unacked]).toEqual(['PROTOCOL_ERROR', [readingText(1)]]);
    expect(stream.stats.durableOffset).toBe(-1);
  });

  it('negative_ack_rejection: a negative offset makes nothing durable', async () => {
    world.server.faults.replaceAcks({ offset: -1, times: 1 });
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    expect(stream.stats.connections).toBe(2);
  });

  it('ack_without_offset_rejection: a missing field is not offset 0', async () => {
    world.server.faults.omitAckOffsets({ times: 1 });
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    expect(stream.stats.connections).toBe(2);
  });

  it('duplicate_and_late_acks_are_ignored: offsets never go back', async () => {
    const service = new ScriptedService();
    const stream = await service.open();
    const watermarks: number[] = [];
    stream.acks$.subscribe((offset) => watermarks.push(offset));
    for (const n of [0, 1, 2]) {
      void stream.ingestRecordOffset({ n });
      service.advance();
    }
    service.send(ack(1), ack(1), ack(0), ack(2), ack(0));
    expect([watermarks, stream.stats.state]).toEqual([[1, 2], 'open']);
  });

  it('duplicate_acks_do_not_reset_server_ack_timeout: only progress does', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ recovery: false, serverLackOfAckTimeoutMs: 1000 });
    void stream.ingestRecordOffset({ n: 0 });
    service.advance();
    const second = rejectionOf(stream.ingestRecord({ n: 1 }));
    service.advance(400);
    service.send(ack(0));
    for (let time = 0; time < 900; time += 300) {
      service.advance(300);
      service.send(ack(0));
    }
    expect(stream.stats.state).toBe('open');
    service.advance(100);
    expect([(await second).code, stream.stats.state]).toEqual(['ACK_TIMEOUT', 'failed']);
  });

  it('idle_stream_has_no_ack_timeout: no ack is expected while nothing is in flight', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ serverLackOfAckTimeoutMs: 1000 });
    service.advance(1_000_000);
    void stream.ingestRecordOffset({ n: 0 });
    service.advance(999);
    service.send(ack(0));
    service.advance(1_000_000);
    expect([stream.stats.state, service.timerCount, service.connectionCount]).toEqual(['open', 0, 1]);
  });
});

describe('Conformance, reconnects', () => {
  let service: ScriptedService;

  beforeEach(() => {
    service = new ScriptedService();
  });

  it('recovery_waits_backoff_before_first_reconnect: no hot loop', async () => {
    const stream = await service.open();
    service.fail(cut);
    service.advance(999);
    expect([service.connectionCount, stream.stats.state]).toEqual([1, 'recovering']);
    service.advance(1);
    expect(service.connectionCount).toBe(2);
    service.send(created());
    expect(stream.stats.state).toBe('open');
  });

  it('reconnecting_does_not_renew_the_retry_budget: a connection that opens and breaks is not progress', async () => {
    const stream = await service.open({ recoveryRetries: 3 });
    const record = rejectionOf(stream.ingestRecord({ n: 0 }));
    for (let connection = 1; connection <= 4; connection++) {
      expect(service.connectionCount).toBe(connection);
      service.fail(cut);
      service.advance(1000 * 2 ** (connection - 1));
      if (connection < 4) {
        service.send(created());
      }
    }
    expect([(await record).message, service.connectionCount, stream.stats.state]).toEqual(['cut', 4, 'failed']);
  });

  it('durable_progress_renews_the_retry_budget: a long stream survives any number of cuts', async () => {
    const stream = await service.open({ recoveryRetries: 1 });
    for (let n = 0; n < 10; n++) {
      const record = stream.ingestRecord({ n });
      service.advance();
      service.send(ack(0));
      expect(await record).toBe(n);
      service.fail(cut);
      service.advance(2000);
      service.send(created());
    }
    expect([stream.stats.state, stream.stats.connections]).toEqual(['open', 11]);
  });

  it('headers_are_taken_for_every_connection: not once for the life of the stream', async () => {
    let asked = 0;
    const getHeaders = (): Promise<StreamHeaders> => Promise.resolve({ authorization: `Bearer ${++asked}` });
    const creation = service.create({}, { getHeaders });
    await nextTurn();
    service.send(created());
    await creation;
    service.fail(cut);
    service.advance(1000);
    await nextTurn();
    service.send(created());
    expect(service.seen.filter((line) => line.includes('Bearer'))).toEqual(['0 Bearer 1', '1000 Bearer 2']);
  });

  it('offsets_restart_on_every_connection: the offsets of the connection, not those of the user', async () => {
    const stream = await service.open();
    const records = [0, 1, 2].map((n) => {
      const record = stream.ingestRecord({ n });
      service.advance();
      return record;
    });
    service.send(ack(1));
    service.fail(cut);
    service.advance(1000);
    service.send(created());
    expect(service.seen.at(-1)).toBe('1000 batch 0: {"n":2}');
    service.send(ack(0));
    expect(await Promise.all(records)).toEqual([0, 1, 2]);
  });

  it('no_stale_ack_after_recovery: messages of an old connection are ignored', async () => {
    const stream = await service.open({ serverLackOfAckTimeoutMs: 1000 });
    const record = stream.ingestRecord({ n: 0 });
    service.advance();
    service.advance(1000);
    expect(service.seen.at(-1)).toBe('1000 cancel');
    expect(stream.stats.durableOffset).toBe(-1);
    service.advance(1000);
    service.send(created(), ack(0));
    expect(await record).toBe(0);
  });

  it('ingest_during_reconnect_window_is_not_dropped: accepted at once, sent on the next connection', async () => {
    const stream = await service.open();
    service.fail(cut);
    expect(await stream.ingestRecordOffset({ n: 0 })).toBe(0);
    service.advance(1000);
    service.send(created());
    expect(service.seen.at(-1)).toBe('1000 batch 0: {"n":0}');
  });
});
