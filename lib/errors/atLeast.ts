import { ZerobusError } from './zerobusError.ts';

/**
 * Checks a numeric option as it comes in.
 *
 * @returns the value
 * @throws ZerobusError `INVALID_OPTIONS` where it is no number, or less than the minimum
 */
export function atLeast(minimum: number, name: string, value: number): number {
  if (typeof value === 'number' && value >= minimum) {
    return value;
  }
  throw new ZerobusError('INVALID_OPTIONS', `${name} must be a number of at least ${minimum}, got ${String(value)}.`);
}
