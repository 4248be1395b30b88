import { context, propagation, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { from, lastValueFrom } from 'rxjs';
import { type InstrumentZerobusOptions, instrumentZerobus } from '../../lib/otel/instrumentZerobus.ts';
import { inContextOf } from '../../operators/inContextOf.ts';
import { throughZerobus } from '../../operators/throughZerobus.ts';
import { nextBatch } from '../support/nextMessage.ts';
import { CANARY, OTEL_TABLE, OtelWorld } from '../support/otelWorld.ts';
import type { ReceivedSpan } from '../support/otlpReceiver.ts';

/** Kinds and codes as OTLP numbers them. */
const PRODUCER = 4;
const ERROR = 2;

describe('The spans of instrumentZerobus', () => {
  const world = new OtelWorld();

  /** Runs something within a span of the program. Returns its id. */
  function within(run: () => void): string {
    return trace.getTracer('program').startActiveSpan('request', (span) => {
      run();
      span.end();
      return span.spanContext().spanId;
    });
  }

  /** Returns the received spans of batches. */
  async function batchSpans(): Promise<readonly ReceivedSpan[]> {
    await world.sdk.flush();
    return world.sdk.receiver.spans.filter(({ name }) => name !== 'request');
  }

  const record = (temp: number): object => ({ device: CANARY, temp });

  it('last from sealed to durable, one for each batch', async () => {
    const stream = world.open({ maxBatchRecords: 4 });
    const durable = nextBatch(OTEL_TABLE, 'durable');
    within(() => void stream.write(6));
    await durable;
    stream.source$.complete();
    await stream.end;
    const spans = await batchSpans();
    expect(spans.map(({ attributes }) => attributes['messaging.batch.message_count'])).toEqual([4, 2]);
    for (const span of spans) {
      expect(span).toEqual(
        jasmine.objectContaining({ name: `send ${OTEL_TABLE}`, kind: PRODUCER, events: ['sent'], status: { code: 0 } }),
      );
      expect(span.parentSpanId).toBeUndefined();
      expect(span.milliseconds).toBeGreaterThan(0);
      expect(span.attributes).toEqual({
        'messaging.system': 'zerobus',
        'messaging.destination.name': OTEL_TABLE,
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(world.started.connection.endpoint).port),
        'messaging.batch.message_count': jasmine.any(Number),
        'zerobus.batch.bytes': jasmine.any(Number),
        'zerobus.batch.attempts': 1,
      });
    }
  });

  it('are linked to the sampled spans in which their own records were submitted', async () => {
    const stream = world.open({ maxBatchRecords: 3 });
    const ids = [0, 1, 2, 3].map((temp) => within(() => stream.source$.next(record(temp))));
    // One that is not sampled, and none.
    const unsampled = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE };
    context.with(trace.setSpanContext(ROOT_CONTEXT, unsampled), () => stream.source$.next(record(4)));
    stream.source$.next(record(5));
    stream.source$.complete();
    await stream.end;
    const spans = await batchSpans();
    expect(spans.map(({ links }) => links)).toEqual([ids.slice(0, 3), ids.slice(3)]);
  });

  it('are linked once to a span with many records, and to 32 spans at most', async () => {
    const stream = world.open();
    const durable = nextBatch(OTEL_TABLE, 'durable');
    const same = within(() => void stream.write(50));
    const others = Array.from({ length: 40 }, () => within(() => stream.source$.next(record(1))));
    await durable;
    const [span] = await batchSpans();
    expect(span?.links).toEqual([same, ...others.slice(0, 31)]);
    stream.source$.complete();
    await stream.end;
  });

  it('are not linked to the span of a record that was refused', async () => {
    const stream = world.open({ rejected: () => undefined });
    const first = within(() => stream.source$.next(record(0)));
    within(() => stream.source$.next(17 as unknown as object));
    const last = within(() => stream.source$.next(record(1)));
    stream.source$.complete();
    await stream.end;
    expect((await batchSpans()).map(({ links }) => links)).toEqual([[first, last]]);
  });

  it('put a record that no longer fits into the span of the next batch', async () => {
    const stream = world.open({ maxBatchBytes: 4000 });
    const wide = (length: number): object => ({ device: 'd'.repeat(length), temp: 1 });
    const texts = [wide(100), wide(100), wide(5000)].map((each) => JSON.stringify(each) as unknown as object);
    const ids = texts.map((each) => within(() => stream.source$.next(each)));
    stream.source$.complete();
    await stream.end;
    expect((await batchSpans()).map(({ links }) => links)).toEqual([ids.slice(0, 2), ids.slice(2)]);
  });

  it('put a record that no longer fits into the span of the next batch, whatever the batch before is linked to', async () => {
    const text = (length: number): object =>
      JSON.stringify({ device: 'd'.repeat(length), temp: 1 }) as unknown as object;
    const stream = world.open({ maxBatchBytes: 4000 });
    const same = within(() => {
      stream.source$.next(text(100));
      stream.source$.next(text(5000));
    });
    const many = Array.from({ length: 40 }, () => within(() => stream.source$.next(text(10))));
    const last = within(() => stream.source$.next(text(5000)));
    stream.source$.complete();
    await stream.end;
    expect((await batchSpans()).map(({ links }) => links)).toEqual([[same], [same], many.slice(0, 32), [last]]);
  });

  it('are linked to the contexts that values carry', async () => {
    const ids = ['1', '2'].map((digit) => digit.repeat(16));
    const messages = ids.map((id, temp) => ({
      headers: { traceparent: `00-${'c'.repeat(32)}-${id}-01` },
      value: record(temp),
    }));
    const written$ = from(messages).pipe(
      inContextOf(({ headers }) => propagation.extract(ROOT_CONTEXT, headers)),
      throughZerobus(OTEL_TABLE, { ...world.started.connection, row: ({ value }) => value }),
    );
    expect(await lastValueFrom(written$)).toBe(messages.at(-1) as (typeof messages)[0]);
    expect((await batchSpans()).map(({ links }) => links)).toEqual([ids]);
  });

  it('show that a batch was sent again, or refused', async () => {
    const { faults } = world.started.server;
    const stream = world.open({ rejected: () => undefined, maxBatchRecords: 2 });
    const dropped = faults.dropAcks();
    const sent = nextBatch(OTEL_TABLE, 'sent');
    const written = stream.write(2);
    await sent;
    dropped.clear();
    faults.cutConnections();
    await written;
    stream.source$.next(record(1));
    stream.source$.next({ device: CANARY });
    stream.source$.complete();
    await stream.end;
    const [again, whole, ...parts] = await batchSpans();
    expect(again).toEqual(jasmine.objectContaining({ events: ['sent', 'sent'], status: { code: 0 } }));
    expect(again?.attributes['zerobus.batch.attempts']).toBe(2);
    expect(whole).toEqual(
      jasmine.objectContaining({ events: jasmine.arrayContaining(['split']), status: { code: 0 } }),
    );
    expect(parts.map(({ links }) => links)).toEqual([[whole?.spanId ?? ''], [whole?.spanId ?? '']]);
    expect(parts.map(({ status }) => status)).toEqual([{ code: 0 }, { code: ERROR, message: 'INVALID_SCHEMA' }]);
    expect(parts[1]?.attributes['error.type']).toBe('INVALID_SCHEMA');
  });

  it('show what is dropped of a batch, and end when nothing of it is left', async () => {
    const { faults } = world.started.server;
    const refused = faults.refuseStreams({ code: 14, message: 'not yet' });
    const limits = { maxBatchRecords: 8, maxInflightRecords: 10, recoveryRetries: 1000 };
    const stream = world.open({ overflow: 'dropOldest', events: {}, ...limits });
    const written = stream.write(20);
    refused.clear();
    await written;
    stream.source$.complete();
    await stream.end;
    const spans = (await batchSpans()).map(({ events, status }) => [new Set(events), status.code]);
    expect(spans).toEqual([
      [new Set(['dropped']), 0],
      [new Set(['dropped', 'sent']), 0],
      [new Set(['sent']), 0],
    ]);
  });

  it('end with the error of the stream', async () => {
    const { faults } = world.started.server;
    faults.dropAcks();
    const stream = world.open({ recovery: false });
    const sent = nextBatch(OTEL_TABLE, 'sent');
    void stream.write(1).catch(() => undefined);
    await sent;
    faults.cutConnections();
    await stream.end;
    expect((await batchSpans()).map(({ status }) => status)).toEqual([{ code: ERROR, message: 'UNAVAILABLE' }]);
  });

  it('end when reporting is disabled', async () => {
    world.started.server.faults.dropAcks();
    const stream = world.open();
    const sent = nextBatch(OTEL_TABLE, 'sent');
    void stream.write(1).catch(() => undefined);
    await sent;
    expect(await batchSpans()).toEqual([]);
    world.sdk.disable();
    expect((await batchSpans()).map(({ status }) => status)).toEqual([{ code: 0 }]);
    stream.cancel();
  });

  it('and metrics contain no record, no secret and no token', async () => {
    const stream = world.open({ rejected: () => undefined });
    within(() => void stream.write(3));
    stream.source$.next({ device: CANARY });
    stream.source$.complete();
    await stream.end;
    await world.sdk.flush();
    const text = world.sdk.receiver.bodies.join();
    expect(text).toContain(OTEL_TABLE);
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(world.started.connection.clientSecret);
    expect(text).not.toMatch(/bearer|authorization/i);
  });

  it('need options that are right', () => {
    for (const [options, message] of [
      [{ maxLinksPerBatch: -1 }, /maxLinksPerBatch/],
      [{ meterProvider: {} }, /meterProvider must be a provider/],
      [{ tracerProvider: null }, /tracerProvider must be a provider/],
      [{ meterprovider: world.sdk.meterProvider }, /meterprovider/],
    ] as const) {
      expect(() => instrumentZerobus(options as unknown as InstrumentZerobusOptions)).toThrowError(message);
    }
  });
});
