import { setTimeout as wait } from 'node:timers/promises';
import type { Pace } from '../job.ts';

/**
 * Hands groups over at a steady rate. Every tick of the clock hands over what is due, and late ticks are made up for,
 * so that the rate holds.
 *
 * @param durationMs how long groups are handed over
 * @param handOver called with the number of the group; must not wait
 * @param isFull whether no more can be handed over at the moment, in which case the rate does not hold. Defaults to
 * never.
 * @returns the number of groups
 */
export async function paced(
  { everyMs }: Pace,
  durationMs: number,
  handOver: (group: number) => void,
  isFull: () => boolean = () => false,
): Promise<number> {
  const startedAt = performance.now();
  const total = Math.ceil(durationMs / everyMs);
  let count = 0;
  for (let due = 0; due < total; ) {
    due = Math.min(total, Math.floor((performance.now() - startedAt) / everyMs) + 1);
    while (count < due && !isFull()) {
      handOver(count++);
    }
    await wait(everyMs);
  }
  return count;
}
