import { getHeapStatistics } from 'node:v8';
import type { FuzzTarget } from './fuzzTarget.ts';

/**
 * What a target may take from the heap for an input of any length: a regular expression is compiled once, and so on.
 */
const FREE_BYTES = 8 * 1024 * 1024;
/** What it may take for each byte of the input. A token of SQL is an object of some hundred bytes. */
const BYTES_PER_BYTE = 2000;

/** What has come of an input. */
export type Outcome = 'read' | 'refused';

/** An input that breaks the property of its target. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

/**
 * Lets a target read an input.
 *
 * @throws {@link Finding} if it throws an error that is not typed, returns a wrong result, or takes much more from the
 * heap than the input has bytes. What the garbage collector frees meanwhile is not counted, so it takes at least so
 * much
 */
export async function checkInput(target: FuzzTarget, input: Buffer): Promise<Outcome> {
  const { length } = input;
  const before = takenBytes();
  let outcome: Outcome = 'read';
  try {
    await target.read(input);
  } catch (cause) {
    if (!target.isTyped(cause)) {
      throw new Finding(`${target.name} fails with ${String(cause)}.`, { cause });
    }
    outcome = 'refused';
  }
  const taken = takenBytes() - before;
  if (taken > FREE_BYTES + BYTES_PER_BYTE * length) {
    throw new Finding(`${target.name} takes ${taken} bytes for an input of ${length}.`);
  }
  return outcome;
}

function takenBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
