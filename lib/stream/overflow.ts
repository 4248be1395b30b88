import { textOf } from '../errors/textOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';

const overflows = ['error', 'dropOldest', 'dropNewest'] as const;

/** What happens if a source is faster than the service: the stream errors, or values are dropped. */
export type Overflow = (typeof overflows)[number];

/** What must leave so that there is room for one more record. */
export interface Excess {
  readonly records: number;
  readonly bytes: number;
}

/** Called with the first and the last offset of dropped values. */
export type OnDropped = (first: number, last: number) => void;

/** What has limits, and what it can drop. */
export interface Droppable {
  /** Whether one more record stays within the limits. */
  readonly hasRoom: boolean;
  /** Drops the oldest records that were not sent. Returns whether there were any. */
  dropOldest(): boolean;
  /** Drops the next value. */
  dropNext(): void;
}

/**
 * Makes room for the next value, or drops it.
 *
 * @returns whether there is room
 */
export function makeRoom(target: Droppable, overflow: Overflow): boolean {
  while (!target.hasRoom) {
    if (overflow !== 'dropOldest' || !target.dropOldest()) {
      target.dropNext();
      return false;
    }
  }
  return true;
}

/**
 * Checks the option `overflow`.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is not one of the ways
 */
export function checkOverflow(overflow: Overflow = 'error'): Overflow {
  if (!overflows.includes(overflow)) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `overflow must be 'error', 'dropOldest' or 'dropNewest', got ${textOf(overflow)}.`,
    );
  }
  return overflow;
}
