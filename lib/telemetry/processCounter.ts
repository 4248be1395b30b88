/**
 * Creates a counter that all copies of this package in a process share: its two builds, and other versions of it.
 *
 * @returns a function that returns the next number, from 1 on
 */
export function processCounter(name: string): () => number {
  const key = Symbol.for(`rxjs-zerobus.${name}`);
  const counts = globalThis as { [key: symbol]: number | undefined };
  return () => {
    const count = (counts[key] ?? 0) + 1;
    counts[key] = count;
    return count;
  };
}
