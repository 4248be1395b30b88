import { metrics, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { of } from 'rxjs';
import { instrumentZerobus } from '../../lib/otel/instrumentZerobus.ts';
import { batchChannel } from '../../lib/telemetry/batchChannel.ts';
import { connectionChannel } from '../../lib/telemetry/connectionChannel.ts';
import { recordChannel } from '../../lib/telemetry/recordChannel.ts';
import { rejectionChannel } from '../../lib/telemetry/rejectionChannel.ts';
import { streamChannel } from '../../lib/telemetry/streamChannel.ts';
import { tokenChannel } from '../../lib/telemetry/tokenChannel.ts';
import { world } from '../support/toZerobusWorld.ts';

/** Reads metrics only when a spec asks for them. */
class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

describe('The subscriptions of instrumentZerobus', () => {
  const all = [streamChannel, connectionChannel, tokenChannel, batchChannel, rejectionChannel, recordChannel];
  const listened = (): readonly unknown[] =>
    all.filter(({ hasSubscribers }) => hasSubscribers).map(({ name }) => String(name).replace('rxjs-zerobus:', ''));

  afterEach(() => {
    trace.disable();
    metrics.disable();
  });

  /** Runs a stream of one record to its end. */
  const runStream = (): void =>
    world(({ operatorTo, server, flush }) => {
      of({ id: 'a' })
        .pipe(operatorTo([server('o-0')]))
        .subscribe();
      flush();
    });

  it('end when reporting is disabled', () => {
    const disable = instrumentZerobus();
    expect(listened()).toEqual(['stream', 'connection', 'token', 'batch', 'rejection']);
    disable();
    disable();
    expect(listened()).toEqual([]);
  });

  it('look at no record before there is a tracer', () => {
    const disable = instrumentZerobus();
    runStream();
    expect(listened()).not.toContain('record');
    new NodeTracerProvider().register({ contextManager: null, propagator: null });
    runStream();
    expect(listened()).toContain('record');
    disable();
    expect(listened()).toEqual([]);
  });

  it('make no span with a provider that hands over to none, even if there is a global one', () => {
    new NodeTracerProvider().register({ contextManager: null, propagator: null });
    const disable = instrumentZerobus({ tracerProvider: new ProxyTracerProvider() });
    runStream();
    expect(listened()).not.toContain('record');
    disable();
  });

  it('count what happens once there is a meter, also of the global provider', async () => {
    const disable = instrumentZerobus();
    runStream();
    const reader = new ManualReader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    runStream();
    runStream();
    const { resourceMetrics } = await reader.collect();
    const counted = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const sent = counted.find(({ descriptor }) => descriptor.name === 'messaging.client.sent.messages');
    expect(sent?.dataPoints.map(({ value }) => value)).toEqual([2]);
    disable();
  });

  it('look at no record without links', () => {
    const disable = instrumentZerobus({ tracerProvider: new NodeTracerProvider(), maxLinksPerBatch: 0 });
    runStream();
    expect(listened()).not.toContain('record');
    disable();
  });
});
