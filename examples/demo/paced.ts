import { setTimeout as wait } from 'node:timers/promises';

const TICK_MS = 10;

/** Returns the same values at a limited rate: every 10 ms, a burst of the values that are due. */
export async function* paced<T>(values: AsyncIterable<T>, perSecond: number): AsyncGenerator<T> {
  const startedAt = performance.now();
  let count = 0;
  for await (const value of values) {
    while (count >= ((performance.now() - startedAt) / 1000) * perSecond) {
      await wait(TICK_MS);
    }
    count++;
    yield value;
  }
}
