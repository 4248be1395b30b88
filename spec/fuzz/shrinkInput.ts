import { checkInput } from './checkInput.ts';
import type { FuzzTarget } from './fuzzTarget.ts';

/** Removes parts of an input as long as it is a finding without them, first large ones and then single bytes. */
export async function shrinkInput(target: FuzzTarget, input: Buffer): Promise<Buffer> {
  let small = input;
  for (let size = Math.ceil(input.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < small.length; ) {
      const shorter = Buffer.concat([small.subarray(0, at), small.subarray(at + size)]);
      if (await isFinding(target, shorter)) {
        small = shorter;
      } else {
        at += size;
      }
    }
  }
  return small;
}

async function isFinding(target: FuzzTarget, input: Buffer): Promise<boolean> {
  // A target may change its input.
  return checkInput(target, Buffer.from(input)).then(
    () => false,
    () => true,
  );
}
