/** How many bytes an unsigned integer takes that can take 1 to 4. */
export function widthOf(largest: number): number {
  return largest <= 0xff ? 1 : largest <= 0xffff ? 2 : largest <= 0xffffff ? 3 : 4;
}
