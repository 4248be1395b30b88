import type { DeltaSnapshot } from './deltaSnapshot.ts';

const SECOND_MS = 1000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

const unitMs: Readonly<Record<string, number>> = {
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: 60 * 60 * SECOND_MS,
  minute: 60 * SECOND_MS,
  second: SECOND_MS,
  millisecond: 1,
  microsecond: 0.001,
};

/** Delta's defaults, in ms. */
const LOG_RETENTION_MS = 30 * DAY_MS;
const REMOVED_FILE_RETENTION_MS = 7 * DAY_MS;

/**
 * The properties that a new table gets unless its statement sets them. A table that is flushed every five seconds has
 * half a million commits after 30 days, which is Delta's default.
 */
export const retentionProperties: Readonly<Record<string, string>> = {
  'delta.logRetentionDuration': 'interval 1 days',
  'delta.deletedFileRetentionDuration': 'interval 1 days',
};

/** How long commits stay in the log, in ms: `delta.logRetentionDuration`. Infinite if they are not to be cleaned up. */
export function logRetentionMs({ metaData }: Pick<DeltaSnapshot, 'metaData'>): number {
  const { configuration = {} } = metaData;
  if (configuration['delta.enableExpiredLogCleanup']?.toLowerCase() === 'false') {
    return Number.POSITIVE_INFINITY;
  }
  return parseInterval(configuration['delta.logRetentionDuration']) ?? LOG_RETENTION_MS;
}

/** How long removed data files stay, in ms: `delta.deletedFileRetentionDuration`. */
export function removedFileRetentionMs({ metaData }: Pick<DeltaSnapshot, 'metaData'>): number {
  return parseInterval(metaData.configuration?.['delta.deletedFileRetentionDuration']) ?? REMOVED_FILE_RETENTION_MS;
}

/**
 * Reads an interval of Spark, such as `interval 1 week 12 hours`.
 *
 * @returns milliseconds; undefined if it is something else
 */
function parseInterval(text: string | undefined): number | undefined {
  const words = (text ?? '')
    .toLowerCase()
    .replace(/^\s*interval\s/, '')
    .trim()
    .split(/\s+/);
  if (words.length % 2 !== 0) {
    return undefined;
  }
  let sum = 0;
  for (let index = 0; index < words.length; index += 2) {
    sum += Number(words[index]) * (unitMs[(words[index + 1] ?? '').replace(/s$/, '')] ?? Number.NaN);
  }
  return sum >= 0 ? sum : undefined;
}
