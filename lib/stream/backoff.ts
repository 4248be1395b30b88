/** How long to wait before a reconnection. */
export interface BackoffOptions {
  /** The upper bound of the first wait, in milliseconds. */
  readonly recoveryBackoffMs: number;
  /** The upper bound of every wait, in milliseconds. */
  readonly recoveryBackoffMaxMs: number;
  /** A number from 0 up to 1, as `Math.random` gives it. */
  readonly random: () => number;
}

/**
 * The wait before the next try, in milliseconds: exponential with full jitter, so that many clients cut off at the same
 * moment do not come back at the same moment.
 *
 * @param failures how many tries failed in a row, 1 for the first
 */
export function backoffMs(failures: number, options: BackoffOptions): number {
  const ceiling = Math.min(options.recoveryBackoffMaxMs, options.recoveryBackoffMs * 2 ** (failures - 1));
  return Math.floor(options.random() * ceiling);
}
