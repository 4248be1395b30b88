import { textOf } from './textOf.ts';
import { ZerobusError } from './zerobusError.ts';

/** The longest delay of a Node.js timer, 24 days. A timer with a longer delay fires at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/**
 * Bounds a duration that another party reports, so that timers and sums can take it.
 *
 * @param ms the duration in milliseconds, which may be infinite
 * @returns the duration, at most {@link MAX_TIMER_MS} and at least 0
 */
export function boundedDuration(ms: number): number {
  return Math.min(MAX_TIMER_MS, Math.max(0, ms));
}

/**
 * Checks that an option is a number of at least a minimum.
 *
 * @param minimum the smallest value allowed
 * @param name the name of the option, for the message
 * @param value the option as the caller gave it
 * @returns the value
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is not a number, or is below the minimum
 */
export function atLeast(minimum: number, name: string, value: number): number {
  return check(typeof value === 'number' && value >= minimum, name, `a number of at least ${minimum}`, value);
}

/**
 * Checks that an option is an integer of at least a minimum.
 *
 * @param minimum the smallest value allowed
 * @param name the name of the option, for the message
 * @param value the option as the caller gave it
 * @returns the value
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is not an integer, or is below the minimum
 */
export function integerAtLeast(minimum: number, name: string, value: number): number {
  return check(Number.isInteger(value) && value >= minimum, name, `an integer of at least ${minimum}`, value);
}

/**
 * Checks that an option is a time a timer can wait, in milliseconds.
 *
 * @param name the name of the option, for the message
 * @param value the option as the caller gave it
 * @returns the value
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is not above 0, or exceeds {@link MAX_TIMER_MS}
 */
export function timerDelay(name: string, value: number): number {
  return check(
    typeof value === 'number' && value > 0 && value <= MAX_TIMER_MS,
    name,
    `above 0 and at most ${MAX_TIMER_MS}`,
    value,
  );
}

function check(isValid: boolean, name: string, expected: string, value: number): number {
  if (isValid) {
    return value;
  }
  throw new ZerobusError('INVALID_OPTIONS', `${name} must be ${expected}, got ${textOf(value)}.`);
}
