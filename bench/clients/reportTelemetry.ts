import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, InMemorySpanExporter, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { instrumentZerobus } from 'rxjs-zerobus/otel';
import type { Telemetry } from '../job.ts';

/** Often enough that several exports are measured. The default of the SDK is a minute. */
const EXPORT_INTERVAL_MS = 250;

/** Reports the streams of this process to the SDK of OpenTelemetry, whose exporters keep everything in memory. */
export function reportTelemetry(telemetry: Telemetry): void {
  const meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
        exportIntervalMillis: EXPORT_INTERVAL_MS,
        exportTimeoutMillis: EXPORT_INTERVAL_MS,
      }),
    ],
  });
  if (telemetry === 'metrics') {
    instrumentZerobus({ meterProvider });
    return;
  }
  const tracerProvider = new NodeTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new InMemorySpanExporter())],
  });
  tracerProvider.register();
  instrumentZerobus({ meterProvider, tracerProvider, ...(telemetry === 'spans' ? { maxLinksPerBatch: 0 } : {}) });
}
