import type { Tally } from './tally.ts';

/** How far a run is. */
export interface RunProgress extends Pick<Tally, 'read' | 'settled' | 'rejected'> {
  /** What has become of the records that are settled and not rejected. */
  readonly outcome: 'durable' | 'checked';
  /** The number of bytes that were read of all inputs, as they are stored. */
  readonly bytesRead: number;
  /** The number of bytes that there are; `undefined` if that is not known. */
  readonly bytesTotal: number | undefined;
  /** The number of bytes that need not be read, because an earlier run has written them. */
  readonly bytesBefore: number;
  readonly elapsedMs: number;
}

const BAR_SIZE = 20;
const MIN_BAR_SIZE = 5;
const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Returns a number with commas: `1,234`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** Returns a number of bytes: `1.5 GB`. */
export function bytesText(bytes: number): string {
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${unit === 0 ? bytes : (bytes / 1000 ** unit).toFixed(1)} ${units[unit]}`;
}

/** Returns a time: `1.5s`, `59s`, `1m05s`, `2h03m`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => `${value}`.padStart(2, '0');
  if (seconds < 60) {
    return `${seconds < 10 ? (ms / 1000).toFixed(1) : seconds}s`;
  }
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`
    : `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
}

/** Returns the number of records per second that were settled. */
export function rateOf({ settled, elapsedMs }: RunProgress): number {
  return elapsedMs === 0 ? 0 : Math.round((settled * 1000) / elapsedMs);
}

/** Describes how far a run is: bytes, records, rate and time left. */
export function progressText(progress: RunProgress): string {
  return partsOf(progress).join(', ');
}

/**
 * Describes it in a line of a terminal, behind a bar if there is space. In a narrow one, the first parts are left out.
 *
 * @param columns the width of the terminal
 */
export function barText(progress: RunProgress, columns: number): string {
  const { bytesRead, bytesTotal } = progress;
  // The last column is left free: some terminals go on to the next line behind it.
  const width = columns - 1;
  const share = bytesTotal === undefined ? undefined : bytesTotal === 0 ? 1 : Math.min(1, bytesRead / bytesTotal);
  const percent = share === undefined ? '' : `${Math.floor(share * 100)}% `;
  const parts = [...partsOf(progress)];
  while (parts.length > 1 && percent.length + parts.join(', ').length > width) {
    parts.shift();
  }
  const text = `${percent}${parts.join(', ')}`.slice(0, Math.max(0, width));
  const size = Math.min(BAR_SIZE, width - text.length - 1);
  if (share === undefined || size < MIN_BAR_SIZE) {
    return text;
  }
  const full = Math.round(size * share);
  return `${'█'.repeat(full)}${'░'.repeat(size - full)} ${text}`;
}

function partsOf(progress: RunProgress): readonly string[] {
  const { bytesRead, bytesTotal, read, settled, rejected, outcome } = progress;
  return [
    bytesTotal === undefined ? bytesText(bytesRead) : `${bytesText(bytesRead)} of ${bytesText(bytesTotal)}`,
    `${countText(read)} records`,
    `${countText(settled - rejected)} ${outcome}`,
    ...(rejected === 0 ? [] : [`${countText(rejected)} rejected`]),
    `${countText(rateOf(progress))}/s`,
    ...leftText(progress),
  ];
}

/** The time left, by what became durable so far. What is read and not durable counts as left. */
function leftText({ bytesRead, bytesTotal, bytesBefore, read, settled, elapsedMs }: RunProgress): readonly string[] {
  const done = read === 0 ? 0 : (bytesRead - bytesBefore) * (settled / read);
  if (bytesTotal === undefined || done <= 0) {
    return [];
  }
  const left = Math.max(0, bytesTotal - bytesBefore - done);
  return [`${durationText((elapsedMs * left) / done)} left`];
}
