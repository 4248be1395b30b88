/** Offsets in ascending order, by their index. */
interface Offsets {
  readonly length: number;
  at(index: number): number | undefined;
}

/** Returns the index of the first offset that is not below this one. */
export function indexOfOffset(offsets: Offsets, offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets.at(middle) as number) < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
