import { concat, filter, firstValueFrom, NEVER } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { nextTurn, rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, created } from '../support/scriptedTransport.ts';
import { reading, type SdkServer, startSdkServer } from '../support/sdkServer.ts';
import { READINGS_TABLE } from '../support/startServer.ts';

describe('Conformance, initialization and life cycle', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  it('successful_stream_creation: the stream has the id that the service assigned', async () => {
    const opened = world.server.activity.nextStream();
    const stream = await world.open();
    expect(stream.streamId).toBe((await opened).streamId);
    expect([stream.tableName, stream.isClosed, stream.stats.state]).toEqual([READINGS_TABLE, false, 'open']);
  });

  it('timeouted_stream_creation: the client gives up after recoveryTimeoutMs if the service does not answer', async () => {
    world.server.faults.hangStreams();
    const error = await rejectionOf(world.open({ recovery: false, recoveryTimeoutMs: 50 }));
    expect([error.code, error.isRetryable]).toEqual(['STREAM_CREATION_TIMEOUT', true]);
  });

  it('non_retriable_error_during_stream_creation: fails at once, with the error of the service', async () => {
    world.server.faults.refuseStreams({ code: 3, message: 'no such descriptor' });
    const error = await rejectionOf(world.open());
    expect([error.code, error.message]).toEqual(['INVALID_ARGUMENT', 'no such descriptor']);
    expect(world.server.activity.counters.streamsRefused).toBe(1);
  });

  it('retriable_error_without_recovery_during_stream_creation: fails at once', async () => {
    world.server.faults.refuseStreams({ code: 14, message: 'come back later' });
    const error = await rejectionOf(world.open({ recovery: false }));
    expect([error.code, error.message]).toEqual(['UNAVAILABLE', 'come back later']);
    expect(world.server.activity.counters.streamsRefused).toBe(1);
  });

  it('graceful_close: all accepted records become durable, then the connection ends', async () => {
    const stream = await world.open();
    for (let temp = 0; temp < 100; temp++) {
      await stream.ingestRecordOffset(reading(temp));
    }
    await stream.close();
    expect([stream.isClosed, stream.stats.durableOffset]).toEqual([true, 99]);
    await world.server.activity.until(({ streamsOpen }) => streamsOpen === 0);
    expect(await world.storedTemps()).toEqual(Array.from({ length: 100 }, (_, temp) => temp));
  });

  it('idempotent_close: closing again has no effect', async () => {
    const stream = await world.open();
    await stream.close();
    await expectAsync(stream.close()).toBeResolved();
  });

  it('flush_after_close: is refused', async () => {
    const stream = await world.open();
    await stream.close();
    expect((await rejectionOf(stream.flush())).code).toBe('STREAM_CLOSED');
  });

  it('ingest_after_close: is refused, waiting or not', async () => {
    const stream = await world.open();
    await stream.close();
    expect((await rejectionOf(stream.ingestRecord(reading(1)))).code).toBe('STREAM_CLOSED');
  });

  it('ingest_records_after_close: is refused, even without records', async () => {
    const stream = await world.open();
    await stream.close();
    expect((await rejectionOf(stream.ingestRecords([reading(1)]))).code).toBe('STREAM_CLOSED');
    expect((await rejectionOf(stream.ingestRecords([]))).code).toBe('STREAM_CLOSED');
  });

  it('close_waits_for_graceful_supervisor_shutdown: resolves when the call has ended, and leaves no timer', async () => {
    const service = new ScriptedService();
    const stream = await service.open();
    void stream.ingestRecordOffset(reading(1));
    const closed = stream.close();
    service.advance();
    service.send(ack(0));
    expect(service.seen.at(-1)).toBe('0 half-close');
    expect(stream.isClosed).toBeFalse();
    // If the service never ends the call, the client waits for no more than two seconds.
    service.advance(2000);
    await closed;
    expect([stream.isClosed, service.seen.at(-1), service.timerCount]).toEqual([true, '2000 cancel', 0]);
  });

  it('close_waits_for_graceful_supervisor_shutdown: takes no longer than flushTimeoutMs, even if submissions wait for room', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 1, flushTimeoutMs: 1000 });
    const first = rejectionOf(stream.ingestRecord(reading(1)));
    const second = rejectionOf(stream.ingestRecord(reading(2)));
    const closed = rejectionOf(stream.close());
    service.advance(1000);
    expect(stream.isClosed).toBeTrue();
    expect([(await closed).code, (await first).code, (await second).code]).toEqual(Array(3).fill('FLUSH_TIMEOUT'));
    expect(service.timerCount).toBe(0);
  });

  it('drop_immediately_shuts_down: unsubscribing ends the connection at once, with records in flight', async () => {
    world.server.faults.dropAcks();
    const { endpoint, workspaceUrl, activity } = world.server;
    const operator = toZerobus(READINGS_TABLE, {
      endpoint,
      workspaceUrl,
      clientId: 'client',
      clientSecret: 'client-secret',
    });
    const subscription = NEVER.pipe(operator).subscribe();
    await activity.until(({ streamsOpen }) => streamsOpen === 1);
    subscription.unsubscribe();
    await activity.until(({ streamsOpen }) => streamsOpen === 0);
    expect(activity.counters.streamsOpened).toBe(1);
  });

  it('close_idempotent_after_error: closing a failed stream rejects with its error every time', async () => {
    const stream = await world.open({ recovery: false });
    const failed = firstValueFrom(stream.state$.pipe(filter((state) => state === 'failed')));
    world.server.faults.closeStreams({ code: 13, message: 'lost the log' });
    await failed;
    for (const error of [await rejectionOf(stream.close()), await rejectionOf(stream.close())]) {
      expect([error.code, error.message]).toEqual(['INTERNAL', 'lost the log']);
    }
  });

  it('supervisor_responds_to_cancellation: unsubscribing during the wait before a reconnect leaves nothing behind', () => {
    const service = new ScriptedService();
    const { transport } = service;
    const subscription = concat([reading(1)], NEVER)
      .pipe(toZerobus(READINGS_TABLE, service.options({ transport })))
      .subscribe();
    service.send(created());
    service.advance();
    service.fail(new ZerobusError('UNAVAILABLE', 'cut'));
    expect([service.connectionCount, service.timerCount]).toEqual([1, 1]);
    subscription.unsubscribe();
    expect(service.timerCount).toBe(0);
    service.advance(60_000);
    expect(service.connectionCount).toBe(1);
  });

  it('concurrent_close_operations: all of them resolve, even those from within', async () => {
    const stream = await world.open();
    const fromWithin: Promise<void>[] = [];
    stream.state$.subscribe((state) => {
      if (state !== 'open') {
        fromWithin.push(stream.close());
      }
    });
    void stream.ingestRecordOffset(reading(1));
    await Promise.all([stream.close(), stream.close(), stream.close()]);
    await Promise.all(fromWithin);
    expect(fromWithin).toHaveSize(2);
    expect(await world.storedTemps()).toEqual([1]);
  });

  it('stream_cleanup_on_drop: leaving the scope closes the stream and leaves nothing behind', async () => {
    const service = new ScriptedService();
    {
      await using stream = await service.open();
      void stream.ingestRecordOffset(reading(1));
      service.advance();
      service.send(ack(0));
      void nextTurn().then(() => service.end());
    }
    expect([service.seen.at(-1), service.timerCount]).toEqual(['0 half-close', 0]);
  });
});
