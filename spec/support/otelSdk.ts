import { context, propagation, trace } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { instrumentZerobus } from '../../lib/otel/instrumentZerobus.ts';
import { type OtlpReceiver, type Point, type ReceivedMetric, startOtlpReceiver } from './otlpReceiver.ts';

/** The SDK of OpenTelemetry, registered as a program would, with a receiver of its own. */
export class OtelSdk implements AsyncDisposable {
  readonly receiver: OtlpReceiver;
  readonly meterProvider: MeterProvider;
  readonly tracerProvider: NodeTracerProvider;
  readonly #disable: () => void;

  private constructor(receiver: OtlpReceiver, maxLinksPerBatch: number | undefined) {
    this.receiver = receiver;
    this.meterProvider = new MeterProvider({
      readers: [
        new PeriodicExportingMetricReader({
          exporter: new OTLPMetricExporter({ url: receiver.metricsUrl }),
          // Only when a spec asks for it.
          exportIntervalMillis: 3_600_000,
        }),
      ],
    });
    this.tracerProvider = new NodeTracerProvider({
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: receiver.tracesUrl }))],
    });
    this.tracerProvider.register();
    this.#disable = instrumentZerobus({ meterProvider: this.meterProvider, maxLinksPerBatch });
  }

  /** Starts a receiver, and registers an SDK that exports to it. */
  static async start(maxLinksPerBatch?: number): Promise<OtelSdk> {
    return new OtelSdk(await startOtlpReceiver(), maxLinksPerBatch);
  }

  /** Exports everything now. */
  async flush(): Promise<void> {
    await Promise.all([this.meterProvider.forceFlush(), this.tracerProvider.forceFlush()]);
  }

  /** Returns a metric as it was received last. */
  metric(name: string): ReceivedMetric {
    const metric = this.receiver.metrics.get(name);
    if (metric === undefined) {
      throw new Error(`${name} was not received, but ${[...this.receiver.metrics.keys()].join(', ')}.`);
    }
    return metric;
  }

  /** Returns the series of a metric whose attributes contain these. */
  points(name: string, table: string): readonly Point[] {
    return this.metric(name).points.filter(({ attributes }) => attributes['messaging.destination.name'] === table);
  }

  /** Stops reporting. Spans that are open end. */
  disable(): void {
    this.#disable();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disable();
    await Promise.all([this.meterProvider.shutdown(), this.tracerProvider.shutdown()]);
    trace.disable();
    context.disable();
    propagation.disable();
    await this.receiver[Symbol.asyncDispose]();
  }
}
