/** Options of {@link backoffMs}. */
export interface BackoffOptions {
  /** The upper bound of the first wait, in milliseconds. */
  readonly recoveryBackoffMs: number;
  /** The upper bound of every wait, in milliseconds. */
  readonly recoveryBackoffMaxMs: number;
  /** Returns a number from 0 up to 1, as `Math.random` does. */
  readonly random: () => number;
}

/**
 * Returns the wait before the next attempt, in milliseconds.
 *
 * The wait is exponential with full jitter, so that clients that were disconnected at the same moment do not reconnect
 * at the same moment.
 *
 * @param failures the number of failed attempts in a row, 1 after the first
 */
export function backoffMs(failures: number, options: BackoffOptions): number {
  const ceiling = Math.min(options.recoveryBackoffMaxMs, options.recoveryBackoffMs * 2 ** (failures - 1));
  return Math.floor(options.random() * ceiling);
}
