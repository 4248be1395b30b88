import type { Subject } from './job.ts';

/** The metrics of a row. A metric is `null` if it means nothing in a case. */
export const metrics = [
  'recordsPerSecond',
  'mbPerSecond',
  'cpuMicrosPerRecord',
  'peakRssMb',
  'ackP50Ms',
  'ackP99Ms',
  'rssGrowthMb',
  'rssDriftMb',
  'rowsVisibleMs',
  'importMs',
  'installedMb',
] as const;

export type Metric = (typeof metrics)[number];

/** The measurement of one run. */
export type Sample = Readonly<Partial<Record<Metric, number>>>;

/** The lowest and the highest value of all rounds. */
export type Range = readonly [min: number, max: number];

/** The result of one way to call one subject, in one case: the medians of all rounds. */
export interface Row extends Readonly<Record<Metric, number | null>> {
  readonly case: string;
  readonly subject: Subject;
  readonly api: string;
  /** How many rounds the medians are from. */
  readonly rounds: number;
  /** The range of each metric that is not `null`. */
  readonly ranges: Readonly<Partial<Record<Metric, Range>>>;
  /** Why there are no numbers, if there are none. */
  readonly note?: string;
}

/** Combines the rounds of one entry. */
export function toRow(
  of: { readonly case: string; readonly subject: Subject; readonly api: string },
  samples: readonly Sample[],
  note?: string,
): Row {
  const values = Object.fromEntries(
    metrics.map((metric) => [metric, samples.map((sample) => sample[metric]).filter((value) => value !== undefined)]),
  ) as Record<Metric, number[]>;
  const measured = metrics.filter((metric) => values[metric].length > 0);
  const medians = Object.fromEntries(metrics.map((metric) => [metric, median(values[metric])]));
  const ranges = Object.fromEntries(
    measured.map((metric) => [metric, [Math.min(...values[metric]), Math.max(...values[metric])]]),
  );
  return {
    case: of.case,
    subject: of.subject,
    api: of.api,
    ...(medians as Record<Metric, number | null>),
    rounds: samples.length,
    ranges,
    ...(note === undefined ? {} : { note }),
  };
}

/** The value in the middle, or the mean of the two in the middle. `null` if there are no values. */
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
