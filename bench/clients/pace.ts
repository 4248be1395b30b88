import { setTimeout as wait } from 'node:timers/promises';
import type { Pace } from '../job.ts';

/**
 * Hands groups over at a steady rate: what is due, at every turn of the clock. Late turns are made up for, so that the
 * rate holds.
 *
 * @param durationMs for how long
 * @param handOver told the number of the group; must not wait
 * @param isFull whether nothing more can be handed over for the moment; then the rate does not hold. Defaults to never
 * @returns how many groups were handed over
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
