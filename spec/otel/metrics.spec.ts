import { instrumentZerobus } from '../../lib/otel/instrumentZerobus.ts';
import { nextBatch, nextOpening } from '../support/nextMessage.ts';
import { CANARY, OTEL_TABLE, OtelWorld } from '../support/otelWorld.ts';
import type { Attributes } from '../support/otlpReceiver.ts';

describe('The metrics of instrumentZerobus', () => {
  const world = new OtelWorld();

  /** The attributes of what is about the service. */
  const destination = (): Attributes => ({
    'messaging.system': 'zerobus',
    'messaging.destination.name': OTEL_TABLE,
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(world.started.connection.endpoint).port),
  });

  it('count what is sent, and time it in seconds', async () => {
    const stream = world.open();
    const startedAt = performance.now();
    await stream.write(7);
    await stream.write(5);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(await world.sums('messaging.client.sent.messages')).toEqual({ '': 12 });
    const sending = { ...destination(), 'messaging.operation.name': 'send', 'messaging.operation.type': 'send' };
    const [sent] = world.sdk.points('messaging.client.sent.messages', OTEL_TABLE);
    expect(sent?.attributes).toEqual(sending);
    expect(world.sdk.metric('messaging.client.sent.messages')).toEqual(
      jasmine.objectContaining({ unit: '{message}', isMonotonic: true }),
    );
    for (const [name, attributes] of [
      ['messaging.client.operation.duration', sending],
      ['zerobus.client.ack.lag', destination()],
    ] as const) {
      expect(world.sdk.metric(name))
        .withContext(name)
        .toEqual(jasmine.objectContaining({ unit: 's', kind: 'histogram' }));
      const [point] = world.sdk.points(name, OTEL_TABLE);
      expect(point)
        .withContext(name)
        .toEqual(jasmine.objectContaining({ attributes, count: 2 }));
      expect(point?.bounds?.slice(0, 3)).withContext(name).toEqual([0.005, 0.01, 0.025]);
      expect(point?.sum).withContext(name).toBeGreaterThan(0);
      expect(point?.sum).withContext(name).toBeLessThan(seconds);
    }
    stream.source$.complete();
    await stream.end;
  });

  it('show what is in flight, and zero when the stream is closed', async () => {
    const { faults } = world.started.server;
    const dropped = faults.dropAcks();
    const stream = world.open();
    const sent = nextBatch(OTEL_TABLE, 'sent');
    const written = stream.write(10);
    await sent;
    await world.sdk.flush();
    expect(world.sdk.points('zerobus.client.inflight.messages', OTEL_TABLE)).toEqual([
      { attributes: destination(), value: 10 },
    ]);
    const [bytes] = world.sdk.points('zerobus.client.inflight.bytes', OTEL_TABLE);
    expect(bytes?.value).toBeGreaterThan(10 * CANARY.length);
    expect(world.sdk.metric('zerobus.client.inflight.bytes')).toEqual(
      jasmine.objectContaining({ unit: 'By', isMonotonic: false }),
    );
    dropped.clear();
    faults.cutConnections();
    await written;
    stream.source$.complete();
    await stream.end;
    expect(await world.sums('zerobus.client.inflight.messages')).toEqual({ '': 0 });
    expect(await world.sums('zerobus.client.inflight.bytes')).toEqual({ '': 0 });
    expect(await world.sums('zerobus.client.replayed.messages')).toEqual({ '': 10 });
    expect(await world.sums('messaging.client.sent.messages')).toEqual({ '': 10 });
  });

  it('count reconnections by why the connection before broke', async () => {
    const { faults } = world.started.server;
    const stream = world.open();
    await stream.write(1);
    const opened = nextOpening(OTEL_TABLE);
    faults.cutConnections();
    await opened;
    const openedAgain = nextOpening(OTEL_TABLE);
    faults.signalClose({ durationMs: 0 });
    await openedAgain;
    await stream.write(1);
    expect(await world.sums('zerobus.client.reconnects')).toEqual({ '': 1, UNAVAILABLE: 1 });
    stream.source$.complete();
    await stream.end;
    expect(await world.sums('zerobus.client.replayed.messages')).toEqual({ '': 0 });
  });

  it('count rejections and refusals by their reason', async () => {
    const stream = world.open({ rejected: () => undefined });
    await stream.write(2);
    stream.source$.next({ device: CANARY });
    stream.source$.next(17 as unknown as object);
    await nextBatch(OTEL_TABLE, 'rejected');
    stream.source$.complete();
    await stream.end;
    expect(await world.sums('zerobus.client.rejected.messages')).toEqual({
      '': 0,
      INVALID_RECORD: 1,
      INVALID_SCHEMA: 1,
    });
    expect(await world.sums('messaging.client.sent.messages')).toEqual({ '': 2, INVALID_SCHEMA: 1 });
    expect(await world.sums('messaging.client.operation.duration')).toEqual({ '': 1, INVALID_SCHEMA: 1 });
  });

  it('count what a stream leaves behind as sent in vain', async () => {
    world.started.server.faults.dropAcks();
    const failing = world.open({ recovery: false });
    const sent = nextBatch(OTEL_TABLE, 'sent');
    void failing.write(3).catch(() => undefined);
    await sent;
    world.started.server.faults.cutConnections();
    await failing.end;
    const cancelled = world.open();
    const sentAgain = nextBatch(OTEL_TABLE, 'sent');
    void cancelled.write(4).catch(() => undefined);
    await sentAgain;
    cancelled.cancel();
    expect(await world.sums('messaging.client.sent.messages')).toEqual({ UNAVAILABLE: 3, CANCELLED: 4 });
    expect(await world.sums('zerobus.client.inflight.messages')).toEqual({ '': 0 });
  });

  it('count nothing as sent that has never left', async () => {
    world.started.server.faults.refuseStreams({ code: 14, message: 'not today' });
    const stream = world.open({ recovery: false, maxBatchRecords: 2 });
    void stream.write(2).catch(() => undefined);
    await stream.end;
    expect(await world.sums('messaging.client.operation.duration')).toEqual({ UNAVAILABLE: 1 });
    expect(world.sdk.receiver.metrics.has('messaging.client.sent.messages')).toBeFalse();
  });

  it('count the requests for tokens, whether they bring one or not', async () => {
    world.started.server.faults.failTokenRequests({ httpStatus: 503, times: 1 });
    const stream = world.open();
    await stream.write(1);
    stream.source$.complete();
    await stream.end;
    expect(await world.sums('zerobus.client.token.refreshes')).toEqual({ '': 1, TOKEN_FETCH_FAILED: 1 });
    expect(await world.sums('zerobus.client.reconnects')).toEqual({ '': 0, TOKEN_FETCH_FAILED: 1 });
  });

  it('count what the option overflow drops', async () => {
    world.started.server.faults.dropAcks();
    const stream = world.open({ overflow: 'dropNewest', maxInflightRecords: 5, events: {} });
    const sent = nextBatch(OTEL_TABLE, 'sent');
    void stream.write(8).catch(() => undefined);
    await sent;
    expect(await world.sums('zerobus.client.dropped.messages')).toEqual({ '': 3 });
    stream.cancel();
  });

  it('see a stream that was open before from now on', async () => {
    world.sdk.disable();
    const stream = world.open();
    await stream.write(1);
    const disable = instrumentZerobus({ meterProvider: world.sdk.meterProvider });
    await stream.write(2);
    expect(await world.sums('messaging.client.sent.messages')).toEqual({ '': 2 });
    expect(await world.sums('zerobus.client.inflight.messages')).toEqual({ '': 0 });
    disable();
    await stream.write(4);
    expect(await world.sums('messaging.client.sent.messages')).toEqual({ '': 2 });
    stream.source$.complete();
    await stream.end;
  });
});
