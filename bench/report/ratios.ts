import type { Row } from '../row.ts';
import { Medians } from './medians.ts';

/** A target and its measured value. */
export interface Ratio {
  /** The comparison. It begins with the name of the case. */
  readonly what: string;
  /** `null` if a row that it needs was not measured. */
  readonly value: number | null;
  readonly unit: '×' | 'ms' | 'MB' | 'MB/s' | 'rec/s';
  readonly target: number;
  /** Whether the target is a lower or an upper bound. */
  readonly bound: 'least' | 'most';
}

/** Whether a target is met, or `undefined` if it was not measured. */
export function isMet({ value, target, bound }: Ratio): boolean | undefined {
  if (value === null) {
    return undefined;
  }
  return bound === 'least' ? value >= target : value <= target;
}

/**
 * The targets of the cases that were run, from the medians of that run. If a subject is called in several ways, the
 * best of the requested ones counts, on both sides.
 */
export function ratios(rows: readonly Row[]): readonly Ratio[] {
  const medians = new Medians(rows);
  const times = (what: string, value: number | null, than: number | null, target: number): Ratio => ({
    what,
    value: both(value, than, (left, right) => left / right),
    unit: '×',
    target,
    bound: 'least',
  });
  const faster = (what: string, name: string, target: number, api = ''): Ratio =>
    times(
      `${name}: ours / ${what}`,
      medians.most(name, 'ours'),
      medians.most(name, 'official', 'recordsPerSecond', api),
      target,
    );
  const ofFloor = (name: string, target: number): Ratio =>
    times(`${name}: ours / floor`, medians.most(name, 'ours'), medians.most(name, 'floor'), target);
  const addedLatency = (name: string, target: number): Ratio => ({
    what: `${name}: ack p99 above the sink's own`,
    value: both(
      medians.least(name, 'ours', 'ackP99Ms'),
      medians.least(name, 'floor', 'ackP99Ms'),
      (ours, sink) => ours - sink,
    ),
    unit: 'ms',
    target,
    bound: 'most',
  });

  const objectCases = ['json-object-60B', 'json-object-1KB'] as const;
  const all: readonly Ratio[] = [
    ...objectCases.flatMap((name) => [
      faster("official's batches of objects", name, 2.5, '1,000 objects'),
      faster("official's batches of stringified objects", name, 1.2, 'JSON.stringify'),
      {
        what: `${name}: CPU per record, ours / official's best`,
        value: both(
          medians.least(name, 'ours', 'cpuMicrosPerRecord'),
          medians.least(name, 'official', 'cpuMicrosPerRecord'),
          (ours, official) => ours / official,
        ),
        unit: '×',
        target: 1,
        bound: 'most',
      } as const,
    ]),
    times(
      'json-object-60B: ours / official one by one (single-await)',
      medians.most('json-object-60B', 'ours'),
      medians.most('single-await', 'official'),
      40,
    ),
    times(
      'through-60B: throughZerobus / toZerobus',
      medians.most('through-60B', 'ours', 'recordsPerSecond', 'throughZerobus'),
      medians.most('through-60B', 'ours', 'recordsPerSecond', 'toZerobus'),
      0.7,
    ),
    faster("official's batches of stringified objects", 'flights-json', 1.2),
    faster("official's batches of ready strings", 'json-string-60B', 1.3),
    faster("official's batches of ready strings", 'json-string-1KB', 1.3),
    faster("official's batches of ready buffers", 'proto-60B', 1.3),
    faster('official', 'single-await', 5),
    faster('official', 'pipelined', 5),
    ofFloor('json-string-60B', 0.35),
    ofFloor('proto-60B', 0.5),
    ofFloor('json-string-1KB', 0.8),
    addedLatency('paced-1k', 2),
    addedLatency('paced-100k', 5),
    {
      what: 'inflight-1M: RSS growth',
      value: medians.least('inflight-1M', 'ours', 'rssGrowthMb'),
      unit: 'MB',
      target: 130,
      bound: 'most',
    },
    {
      what: 'soak: RSS after the first minute of ten',
      value: medians.most('soak', 'ours', 'rssDriftMb'),
      unit: 'MB',
      target: 20,
      bound: 'most',
    },
    {
      what: 'end-to-end-1KB: throughput of one stream',
      value: medians.most('end-to-end-1KB', 'ours', 'mbPerSecond'),
      unit: 'MB/s',
      target: 100,
      bound: 'least',
    },
    {
      what: 'end-to-end-1KB: records of one stream',
      value: medians.most('end-to-end-1KB', 'ours'),
      unit: 'rec/s',
      target: 100_000,
      bound: 'least',
    },
    {
      what: 'end-to-end-1KB: ack p50 at 100,000 rec/s',
      value: medians.least('end-to-end-1KB', 'ours', 'ackP50Ms', '100,000 rec/s'),
      unit: 'ms',
      target: 150,
      bound: 'most',
    },
    times(
      'live-page: open / closed',
      medians.most('live-page', 'ours', 'recordsPerSecond', 'page open'),
      medians.most('live-page', 'ours', 'recordsPerSecond', 'page closed'),
      0.97,
    ),
    {
      what: 'end-to-end: rows in the table, after the last ack',
      value: medians.most('end-to-end', 'ours', 'rowsVisibleMs'),
      unit: 'ms',
      target: 5000,
      bound: 'most',
    },
    {
      what: 'end-to-end-1KB: rows in the table, after the last ack',
      value: medians.most('end-to-end-1KB', 'ours', 'rowsVisibleMs'),
      unit: 'ms',
      target: 5000,
      bound: 'most',
    },
  ];
  return all.filter(({ what }) => rows.some((row) => what.startsWith(`${row.case}: `)));
}

function both(left: number | null, right: number | null, join: (left: number, right: number) => number): number | null {
  return left === null || right === null ? null : join(left, right);
}
