import { filter, firstValueFrom } from 'rxjs';
import { nextTurn, rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, created } from '../support/scriptedTransport.ts';
import { reading, readingText, type SdkServer, startSdkServer } from '../support/sdkServer.ts';
import { READINGS_TABLE } from '../support/startServer.ts';

describe('Conformance, failure with recovery on', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  const busy = { code: 14, message: 'come back later' };

  it('recovery_during_stream_creation: retryable failures are retried', async () => {
    world.server.faults.refuseStreams({ ...busy, times: 3 });
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    const { streamsRefused, streamsOpened, tokensIssued } = world.server.activity.counters;
    expect([streamsRefused, streamsOpened, tokensIssued]).toEqual([3, 1, 1]);
  });

  it('stream_creation_fails_after_exhausting_retries: with the last error', async () => {
    world.server.faults.refuseStreams({ code: 13, message: 'first', times: 1 });
    world.server.faults.refuseStreams({ code: 14, message: 'last' });
    const error = await rejectionOf(world.open({ recoveryRetries: 2 }));
    expect([error.code, error.message]).toEqual(['UNAVAILABLE', 'last']);
    expect(world.server.activity.counters.streamsRefused).toBe(3);
  });

  it('recovery_after_retriable_receiver_error: unacknowledged records are sent again, before new ones', async () => {
    const stream = await world.open();
    await stream.ingestRecord(reading(0));
    const dropped = world.server.faults.dropAcks();
    const records = [1, 2, 3].map((temp) => stream.ingestRecord(reading(temp)));
    await world.server.activity.until(({ recordsAccepted }) => recordsAccepted === 4);
    void world.server.activity.nextStream().then(() => dropped.clear());
    world.server.faults.closeStreams(busy);
    records.push(stream.ingestRecord(reading(4)));
    expect(await Promise.all(records)).toEqual([1, 2, 3, 4]);
    expect(stream.stats.connections).toBe(2);
    expect(await world.storedTemps()).toEqual([0, 1, 1, 2, 2, 3, 3, 4]);
  });

  it('recovery_after_server_unresponsiveness: a silent connection is replaced, and its records are sent again', async () => {
    world.server.faults.dropAcks({ times: 1 });
    const stream = await world.open({ serverLackOfAckTimeoutMs: 50 });
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    expect(stream.stats.connections).toBe(2);
    expect(await world.storedTemps()).toEqual([1, 1]);
  });

  it('close_fails_on_non_retriable_error_during_flush: with that error', async () => {
    world.server.faults.dropAcks();
    const stream = await world.open();
    void stream.ingestRecordOffset(reading(1));
    const closed = rejectionOf(stream.close());
    await world.server.activity.until(({ recordsAccepted }) => recordsAccepted === 1);
    world.server.faults.closeStreams({ code: 7, message: 'grant revoked' });
    world.server.faults.refuseStreams({ code: 7, message: 'grant revoked' });
    const error = await closed;
    expect([error.code, error.message, error.unacked]).toEqual([
      'PERMISSION_DENIED',
      'grant revoked',
      [readingText(1)],
    ]);
  });

  it('recovery_on_close_stream_signal: the stream continues on the next connection, without a failure or a duplicate', async () => {
    const stream = await world.open({ recovery: false });
    await stream.ingestRecord(reading(1));
    const next = world.server.activity.nextStream();
    world.server.faults.signalClose({ durationMs: 60_000 });
    expect((await next).tableName).toBe(READINGS_TABLE);
    expect(await stream.ingestRecord(reading(2))).toBe(1);
    expect(await world.storedTemps()).toEqual([1, 2]);
  });

  it('recovery_preserves_batch_structure: a batch is sent again as the same batch', async () => {
    const service = new ScriptedService();
    const stream = await service.open();
    const submissions = [
      stream.ingestRecords([{ n: 1 }, { n: 2 }]),
      stream.ingestRecord({ n: 3 }),
      stream.ingestRecords([{ n: 4 }, { n: 5 }]),
    ];
    service.advance();
    service.send(ack(0));
    service.end();
    service.advance(1000);
    service.send(created());
    service.advance();
    expect(service.seen.slice(-2)).toEqual(['1000 batch 0: {"n":3}', '1000 batch 1: {"n":4} {"n":5}']);
    service.send(ack(1));
    expect(await Promise.all(submissions)).toEqual([0, 1, 2]);
  });

  it('recreate_stream: unacknowledged records of the old stream come first on the new one', async () => {
    const old = await world.open({ recovery: false });
    await old.ingestRecord(reading(0));
    const dropped = world.server.faults.dropAcks();
    const submissions = [
      rejectionOf(old.ingestRecord(reading(1))),
      rejectionOf(old.ingestRecords([reading(2), reading(3)])),
    ];
    expect((await rejectionOf(world.sdk.recreateStream(old))).code).toBe('INVALID_STATE');
    world.server.faults.closeStreams(busy);
    await Promise.all(submissions);
    dropped.clear();

    const stream = await world.track(world.sdk.recreateStream(old));
    expect(await stream.ingestRecord(reading(4))).toBe(2);
    expect((await world.storedTemps()).filter((temp, index, all) => temp !== all[index - 1])).toEqual([0, 1, 2, 3, 4]);
    await stream.close();
    expect(await stream.getUnackedBatches()).toEqual([]);
  });

  it('recreate_stream: the new stream has the options of the old one, including its callback', async () => {
    const told: string[] = [];
    const ackCallback = {
      onAck: (offset: number) => void told.push(`ack ${offset}`),
      onError: (offset: number) => void told.push(`error ${offset}`),
    };
    const old = await world.open({ recovery: false, ackCallback });
    const dropped = world.server.faults.dropAcks();
    const record = rejectionOf(old.ingestRecord(reading(1)));
    world.server.faults.closeStreams(busy);
    await record;
    dropped.clear();
    // A failed attempt must not report records that the old stream still has.
    const refused = world.server.faults.refuseStreams(busy);
    await rejectionOf(world.sdk.recreateStream(old));
    refused.clear();
    expect(await old.getUnackedRecords()).toEqual([readingText(1)]);
    const stream = await world.track(world.sdk.recreateStream(old));
    await stream.flush();
    await nextTurn();
    expect(told).toEqual(['error 0', 'ack 0']);
  });

  it('get_unacked_records_returns_empty_when_all_acked: after a close as after a failure', async () => {
    const closed = await world.open();
    await closed.ingestRecord(reading(1));
    await closed.close();
    expect(await closed.getUnackedRecords()).toEqual([]);

    const failed = await world.open({ recovery: false });
    await failed.ingestRecord(reading(2));
    world.server.faults.closeStreams(busy);
    await firstValueFrom(failed.state$.pipe(filter((state) => state === 'failed')));
    expect(await failed.getUnackedRecords()).toEqual([]);
  });
});
