import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createNoopMeter, type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
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
/** What the global provider of metrics returns until an SDK is registered. */
const noMeter = createNoopMeter();

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
  const links = new RecordLinks(maxLinks);
  const spans = new BatchSpans(tracerProvider.getTracer(SCOPE, VERSION), links);
  const endings: (() => void)[] = [];
  const listen = <Message>({ name }: TypedChannel<Message>, onMessage: (message: Message) => void): void => {
    const listener = (message: unknown): void => onMessage(message as Message);
    subscribe(name, listener);
    endings.push(() => unsubscribe(name, listener));
  };
  let clientMetrics: ClientMetrics | undefined;
  /** Begins to count when there is a meter. That of the global provider is another one then. */
  const counts = (): ClientMetrics | undefined => {
    if (clientMetrics === undefined) {
      const meter = (meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE, VERSION);
      clientMetrics = meter === noMeter ? undefined : new ClientMetrics(meter);
    }
    return clientMetrics;
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
  counts();
  traces();
  listen(streamChannel, (message) => {
    traces();
    counts()?.onStream(message);
  });
  listen(connectionChannel, (message) => counts()?.onConnection(message));
  listen(batchChannel, (message) => {
    counts()?.onBatch(message);
    if (traces()) {
      spans.onBatch(message);
    }
  });
  listen(rejectionChannel, (message) => counts()?.onRejection(message));
  listen(tokenChannel, (message) => counts()?.onToken(message));
  return () => {
    for (const end of endings.splice(0)) {
      end();
    }
    clientMetrics?.disable();
    spans.disable();
  };
}

interface Settings {
  /** `undefined` for the global one, which may be registered later. */
  readonly meterProvider: MeterProvider | undefined;
  readonly tracerProvider: TracerProvider;
  readonly maxLinks: number;
}

function settingsOf(options: InstrumentZerobusOptions): Settings {
  checkNames('instrumentZerobus', options, optionNames);
  const { meterProvider, tracerProvider = trace.getTracerProvider() } = options;
  if (meterProvider !== undefined) {
    checkProvider('meterProvider', meterProvider?.getMeter);
  }
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
