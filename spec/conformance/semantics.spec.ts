import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { StreamState } from '../../lib/sdk/streamStatus.ts';
import { isSettled, nextTurn, rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, created } from '../support/scriptedTransport.ts';

describe('Conformance, semantics of the official SDKs', () => {
  let service: ScriptedService;

  beforeEach(() => {
    service = new ScriptedService();
  });

  const cut = new ZerobusError('UNAVAILABLE', 'cut');

  it('callbacks_run_off_the_receive_path: an ack is processed before the callback is called', async () => {
    const told: number[] = [];
    let durableOffset = -1;
    const stream = await service.open({
      ackCallback: {
        onAck(offset) {
          told.push(offset);
          durableOffset = stream.stats.durableOffset;
        },
      },
    });
    void stream.ingestRecordOffset({ n: 0 });
    service.advance();
    void stream.ingestRecordOffset({ n: 1 });
    service.advance();
    service.send(ack(0), ack(1));
    expect(told).toEqual([]);
    await nextTurn();
    expect([told, durableOffset]).toEqual([[0, 1], 1]);
  });

  it('throwing_callback_harms_nothing: it is still called for the rest, and its error is thrown outside the stream', async () => {
    await jasmine.spyOnGlobalErrorsAsync(async (globalErrors) => {
      const told: number[] = [];
      const uncaught = new Promise((resolve) => globalErrors.and.callFake(resolve));
      const stream = await service.open({
        ackCallback: {
          onAck(offset) {
            told.push(offset);
            if (offset === 0) {
              throw new Error('my bug');
            }
          },
        },
      });
      const records = [0, 1].map((n) => {
        const record = stream.ingestRecord({ n });
        service.advance();
        return record;
      });
      service.send(ack(1));
      expect(await Promise.all(records)).toEqual([0, 1]);
      await uncaught;
      expect([told, stream.stats.state]).toEqual([[0, 1], 'open']);
      expect(globalErrors).toHaveBeenCalledOnceWith(new Error('my bug'));
    });
  });

  it('ack_wins_over_racing_failure: acknowledged records are durable, even if the failure follows at once', async () => {
    const stream = await service.open({ recovery: false });
    const first = stream.ingestRecord({ n: 0 });
    service.advance();
    const second = rejectionOf(stream.ingestRecord({ n: 1 }));
    service.advance();
    service.send(ack(0));
    service.fail(cut);
    expect([await first, (await second).message]).toEqual([0, 'cut']);
    expect(await stream.getUnackedRecords()).toEqual(['{"n":1}']);
  });

  it('ack_wins_over_racing_close: a close resolves even if the call breaks after the last ack', async () => {
    const stream = await service.open();
    void stream.ingestRecordOffset({ n: 0 });
    const closed = stream.close();
    service.advance();
    service.send(ack(0));
    service.fail(cut);
    await closed;
    expect([stream.stats.state, service.timerCount]).toEqual(['closed', 0]);
  });

  it('real_server_error_surfaces: instead of a mere message that the stream is closed', async () => {
    const stream = await service.open();
    service.fail(new ZerobusError('NOT_FOUND', 'table dropped'));
    for (const attempt of [
      stream.ingestRecord({ n: 0 }),
      stream.ingestRecordOffset({ n: 0 }),
      stream.ingestRecords([]),
      stream.ingestRecordsOffset([{ n: 0 }]),
      stream.flush(),
      stream.close(),
    ]) {
      const { code, message } = await rejectionOf(attempt);
      expect([code, message]).toEqual(['NOT_FOUND', 'table dropped']);
    }
  });

  it('wait_timeout_does_not_kill_the_stream: waitForOffset and flush share flushTimeoutMs', async () => {
    const stream = await service.open({ flushTimeoutMs: 1000 });
    const offset = await stream.ingestRecordOffset({ n: 0 });
    const waits = [rejectionOf(stream.waitForOffset(offset)), rejectionOf(stream.flush())];
    service.advance(1000);
    expect((await Promise.all(waits)).map(({ code }) => code)).toEqual(['FLUSH_TIMEOUT', 'FLUSH_TIMEOUT']);
    const again = stream.waitForOffset(offset);
    service.send(ack(0));
    await again;
    expect([stream.stats.state, await stream.ingestRecordOffset({ n: 1 })]).toEqual(['open', 1]);
  });

  it('pre_queue_validation_errors_give_no_callback: they are thrown, and use no offset', async () => {
    const told: string[] = [];
    const stream = await service.open({
      ackCallback: {
        onAck: (offset) => void told.push(`ack ${offset}`),
        onError: (offset) => void told.push(`error ${offset}`),
      },
    });
    expect((await rejectionOf(stream.ingestRecord(new Uint8Array(1)))).code).toBe('INVALID_RECORD');
    expect((await rejectionOf(stream.ingestRecords([{ n: 0 }, new Uint8Array(1)]))).code).toBe('INVALID_RECORD');
    void stream.ingestRecordOffset({ n: 0 });
    service.advance();
    service.send(ack(0));
    await nextTurn();
    expect(told).toEqual(['ack 0']);
  });

  it('batch_that_is_no_array_is_refused: instead of being treated as an empty one', async () => {
    const stream = await service.open();
    for (const batch of [new Set([{ n: 0 }]), 'text', new Uint8Array(2), { n: 0 }, undefined]) {
      const refused = rejectionOf(stream.ingestRecords(batch as unknown as object[]));
      expect((await refused).code).toBe('INVALID_RECORD');
    }
  });

  it('flush_is_no_callback_drain: it resolves when everything is durable, even if callbacks are still to come', async () => {
    let told = 0;
    const stream = await service.open({ ackCallback: { onAck: () => told++ } });
    void stream.ingestRecordOffset({ n: 0 });
    service.advance();
    const flushed = stream.flush();
    service.send(ack(0));
    await flushed;
    expect(told).toBe(0);
    await nextTurn();
    expect(told).toBe(1);
  });

  it('late_subscribers_learn_how_it_ended: state$, acks$ and stats$ of a stream that has closed or failed', async () => {
    const closed = await service.open();
    const ended = closed.close();
    service.end();
    await ended;
    expect(await lastValueFrom(closed.state$.pipe(toArray()))).toEqual(['closed']);
    expect((await firstValueFrom(closed.stats$)).state).toBe('closed');
    await expectAsync(lastValueFrom(closed.acks$, { defaultValue: 'none' })).toBeResolvedTo('none');

    const failed = await service.open({ recovery: false });
    service.fail(cut);
    expect(await lastValueFrom(failed.state$.pipe(toArray()))).toEqual(['failed']);
    expect((await rejectionOf(lastValueFrom(failed.acks$))).message).toBe('cut');
  });

  it('state_and_stats_tell_the_life_of_a_stream: from open to closed', async () => {
    const stream = await service.open({ maxInflightRecords: 1 });
    const states: StreamState[] = [];
    stream.state$.subscribe((state) => states.push(state));
    const waiting: number[] = [];
    stream.stats$.subscribe(({ waitingForRoom }) => waiting.push(waitingForRoom));
    for (const n of [0, 1]) {
      void stream.ingestRecordOffset({ n });
    }
    service.advance();
    service.fail(cut);
    service.advance(1000);
    service.send(created());
    service.send(ack(0));
    const closed = stream.close();
    service.advance();
    service.fail(cut);
    service.advance(2000);
    service.send(created(), ack(0));
    service.end();
    await closed;
    expect(states).toEqual(['open', 'recovering', 'open', 'closing', 'closed']);
    expect([waiting.includes(1), waiting.at(-1), stream.stats.connections]).toEqual([true, 0, 3]);
    expect(stream.stats).toEqual({
      state: 'closed',
      nextOffset: 2,
      durableOffset: 1,
      inflightRecords: 0,
      inflightBytes: 0,
      waitingForRoom: 0,
      rejected: 0,
      connections: 3,
    });
  });

  it('close_while_recovering: waits for the next connection only if something is outstanding', async () => {
    const idle = await service.open();
    service.fail(cut);
    await idle.close();
    expect([service.connectionCount, service.timerCount]).toEqual([1, 0]);

    const busy = await service.open();
    void busy.ingestRecordOffset({ n: 0 });
    service.fail(cut);
    const closed = busy.close();
    expect(await isSettled(closed)).toBeFalse();
    service.advance(1000);
    service.send(created());
    service.send(ack(0));
    service.end();
    await closed;
    expect([busy.stats.state, service.timerCount]).toEqual(['closed', 0]);
  });

  it('failed_creation_leaves_nothing: neither a call nor a timer', async () => {
    const creation = rejectionOf(service.create({ recoveryRetries: 1, recoveryTimeoutMs: 100 }));
    service.advance(100);
    service.advance(1000);
    service.advance(100);
    expect((await creation).code).toBe('STREAM_CREATION_TIMEOUT');
    expect([service.connectionCount, service.timerCount]).toEqual([2, 0]);
    expect(service.seen.filter((line) => line.includes('cancel'))).toEqual(['100 cancel', '1200 cancel']);
  });

  it('recreating_twice_shares_no_memory: two streams send the same records, each under its own offsets', async () => {
    const old = await service.open();
    const records = [0, 1].map((n) => rejectionOf(old.ingestRecords([{ n }])));
    service.advance();
    service.fail(new ZerobusError('NOT_FOUND', 'table dropped'));
    await Promise.all(records);
    const recreated = async (): Promise<void> => {
      const creation = service.sdk.recreateStream(old);
      service.send(created());
      await creation;
      expect(service.seen.slice(-2)).toEqual(['0 batch 0: {"n":0}', '0 batch 1: {"n":1}']);
    };

    await recreated();
    await recreated();
    const buffers = service.written.slice(-2);
    const asSent = buffers.map((buffer) => Buffer.from(buffer));
    // One batch of the first stream is acknowledged, so its next connection sends the second batch under offset 0.
    service.connection(1).next(ack(0));
    service.connection(1).error(cut);
    service.advance(1000);
    service.send(created());
    expect(service.seen.at(-1)).toBe('1000 batch 0: {"n":1}');
    expect(buffers).toEqual(asSent);
  });
});
