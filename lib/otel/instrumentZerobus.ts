import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { integerAtLeast } from '../errors/checkNumber.ts';
import { readArguments } from '../errors/readArguments.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { batchChannel } from '../telemetry/batchChannel.ts';
import { connectionChannel } from '../telemetry/connectionChannel.ts';
import { recordChannel } from '../telemetry/recordChannel.ts';
import { rejectionChannel } from '../telemetry/rejectionChannel.ts';
import { streamChannel } from '../telemetry/streamChannel.ts';
import { tokenChannel } from '../telemetry/tokenChannel.ts';
import type { TypedChannel } from '../telemetry/typedChannel.ts';
import { VERSION } from '../version.ts';
import { BatchSpans } from './batchSpans.ts';
import { ClientMetrics } from './clientMetrics.ts';
import { hasTracer } from './hasTracer.ts';
import { RecordLinks } from './recordLinks.ts';

/** Options of {@link instrumentZerobus}. */
export interface InstrumentZerobusOptions {
  /** Where the metrics go. Defaults to the global provider of `@opentelemetry/api`. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Where the spans go. Defaults to the global provider of `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * The most links of a batch's span to the spans in which its records were submitted. If there is a tracer, each
   * record costs a look at the active span until its batch has as many; `0` saves that. Defaults to `32`.
   */
  readonly maxLinksPerBatch?: number | undefined;
}

const optionNames: NamesOf<InstrumentZerobusOptions> = {
  meterProvider: true,
  tracerProvider: true,
  maxLinksPerBatch: true,
};

const SCOPE = 'rxjs-zerobus';
const DEFAULT_MAX_LINKS = 32;

/**
 * Reports all streams of this process to OpenTelemetry: metrics, and one span for each batch, from sealed to durable.
 *
 * It subscribes to the diagnostics channels of this package. Streams that are open already are seen from now on. Call
 * it once: each call counts everything by itself.
 *
 * @param options where to report to. Defaults to the global providers
 * @returns a function that stops reporting, and ends the spans of batches that are not durable
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if an option is malformed
 *
 * @example
 * ```ts
 * import { instrumentZerobus } from 'rxjs-zerobus/otel';
 *
 * const disable = instrumentZerobus();
 * process.once('SIGTERM', disable);
 * ```
 */
export function instrumentZerobus(options: InstrumentZerobusOptions = {}): () => void {
  const { meterProvider, tracerProvider, maxLinks } = readArguments('instrumentZerobus', () => settingsOf(options));
  const clientMetrics = new ClientMetrics(meterProvider.getMeter(SCOPE, VERSION));
  const links = new RecordLinks(maxLinks);
  const spans = new BatchSpans(tracerProvider.getTracer(SCOPE, VERSION), links);
  const endings: (() => void)[] = [];
  const listen = <Message>({ name }: TypedChannel<Message>, onMessage: (message: Message) => void): void => {
    const listener = (message: unknown): void => onMessage(message as Message);
    subscribe(name, listener);
    endings.push(() => unsubscribe(name, listener));
  };
  let isTracing = false;
  /** Begins to trace when there is a tracer. Until then, spans and records cost nothing. */
  const traces = (): boolean => {
    if (!isTracing && hasTracer(tracerProvider)) {
      isTracing = true;
      if (maxLinks > 0) {
        listen(recordChannel, (message) => links.onRecord(message));
      }
    }
    return isTracing;
  };
  traces();
  listen(streamChannel, (message) => {
    traces();
    clientMetrics.onStream(message);
  });
  listen(connectionChannel, (message) => clientMetrics.onConnection(message));
  listen(batchChannel, (message) => {
    clientMetrics.onBatch(message);
    if (traces()) {
      spans.onBatch(message);
    }
  });
  listen(rejectionChannel, (message) => clientMetrics.onRejection(message));
  listen(tokenChannel, (message) => clientMetrics.onToken(message));
  return () => {
    for (const end of endings.splice(0)) {
      end();
    }
    clientMetrics.disable();
    spans.disable();
  };
}

interface Settings {
  readonly meterProvider: MeterProvider;
  readonly tracerProvider: TracerProvider;
  readonly maxLinks: number;
}

function settingsOf(options: InstrumentZerobusOptions): Settings {
  checkNames('instrumentZerobus', options, optionNames);
  const { meterProvider = metrics.getMeterProvider(), tracerProvider = trace.getTracerProvider() } = options;
  checkProvider('meterProvider', meterProvider?.getMeter);
  checkProvider('tracerProvider', tracerProvider?.getTracer);
  const maxLinks = integerAtLeast(0, 'maxLinksPerBatch', options.maxLinksPerBatch ?? DEFAULT_MAX_LINKS);
  return { meterProvider, tracerProvider, maxLinks };
}

function checkProvider(name: string, method: unknown): void {
  if (typeof method !== 'function') {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `${name} must be a provider of OpenTelemetry: pass that of an SDK, or omit it for the global one.`,
    );
  }
}
