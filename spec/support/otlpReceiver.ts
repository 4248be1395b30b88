import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Attributes as one object. */
export type Attributes = Readonly<Record<string, unknown>>;

/** One series of a metric: its attributes, and its latest value, or count and sum if it is a histogram. */
export interface Point {
  readonly attributes: Attributes;
  readonly value?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly bounds?: readonly number[];
}

/** A metric as it was received last. */
export interface ReceivedMetric {
  readonly unit: string;
  readonly kind: 'sum' | 'histogram';
  /** Whether a sum only grows. */
  readonly isMonotonic: boolean;
  readonly points: readonly Point[];
}

/** A span. */
export interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly milliseconds: number;
  readonly attributes: Attributes;
  readonly links: readonly string[];
  readonly events: readonly string[];
  /** The code and the message of its status. */
  readonly status: { readonly code?: number; readonly message?: string };
}

/** A receiver of OTLP over HTTP in JSON, on the loopback address. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly metricsUrl: string;
  readonly tracesUrl: string;
  /** All spans so far. */
  readonly spans: readonly ReceivedSpan[];
  /** The metrics by their names, as they were received last. */
  readonly metrics: ReadonlyMap<string, ReceivedMetric>;
  /** All that was posted, as text. */
  readonly bodies: readonly string[];
}

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
}
type KeyValues = readonly { readonly key: string; readonly value: AnyValue }[];

interface DataPoint {
  readonly attributes?: KeyValues;
  readonly asInt?: number | string;
  readonly asDouble?: number;
  readonly count?: number | string;
  readonly sum?: number;
  readonly explicitBounds?: readonly number[];
}
interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: readonly DataPoint[] };
  readonly histogram?: { readonly dataPoints: readonly DataPoint[] };
}
interface OtlpSpan extends Omit<ReceivedSpan, 'attributes' | 'links' | 'events' | 'milliseconds'> {
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: KeyValues;
  readonly links?: readonly { readonly spanId: string }[];
  readonly events?: readonly { readonly name: string }[];
}

/** Starts a receiver on a free port. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const bodies: string[] = [];
  const spans: ReceivedSpan[] = [];
  const metrics = new Map<string, ReceivedMetric>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      bodies.push(text);
      const { resourceMetrics = [], resourceSpans = [] } = JSON.parse(text);
      for (const { scopeMetrics } of resourceMetrics) {
        for (const metric of scopeMetrics.flatMap(
          (scope: { readonly metrics: readonly OtlpMetric[] }) => scope.metrics,
        )) {
          metrics.set(metric.name, metricOf(metric));
        }
      }
      for (const { scopeSpans } of resourceSpans) {
        spans.push(...scopeSpans.flatMap((scope: { readonly spans: readonly OtlpSpan[] }) => scope.spans).map(spanOf));
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    metricsUrl: `${url}/metrics`,
    tracesUrl: `${url}/traces`,
    spans,
    metrics,
    bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function metricOf({ unit, sum, histogram }: OtlpMetric): ReceivedMetric {
  const points = (sum ?? histogram)?.dataPoints ?? [];
  return {
    unit,
    kind: sum === undefined ? 'histogram' : 'sum',
    isMonotonic: sum?.isMonotonic ?? false,
    points: points.map((point) => ({
      attributes: attributesOf(point.attributes),
      ...(histogram === undefined
        ? { value: Number(point.asInt ?? point.asDouble) }
        : { count: Number(point.count), sum: point.sum ?? 0, bounds: point.explicitBounds ?? [] }),
    })),
  };
}

function spanOf({
  startTimeUnixNano,
  endTimeUnixNano,
  attributes,
  links = [],
  events = [],
  ...span
}: OtlpSpan): ReceivedSpan {
  return {
    ...span,
    milliseconds: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6,
    attributes: attributesOf(attributes),
    links: links.map(({ spanId }) => spanId),
    events: events.map(({ name }) => name),
  };
}

function attributesOf(pairs: KeyValues = []): Attributes {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [
      key,
      value.stringValue ?? (value.intValue === undefined ? value.doubleValue : Number(value.intValue)),
    ]),
  );
}
