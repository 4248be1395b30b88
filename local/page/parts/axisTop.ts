/** Steps whose halves are short to write, too. */
const steps = [1, 2, 4, 6, 8, 10];

/** The end of an axis of numbers: 1, 2, 4, 6 or 8 times a power of ten. */
export function decimalTop(most: number, least: number): number {
  const goal = Math.max(most, least);
  const power = 10 ** Math.floor(Math.log10(goal));
  return (steps.find((step) => step * power >= goal) ?? 10) * power;
}

/** The end of an axis of bytes: a power of two. */
export function binaryTop(most: number, least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(most, least)));
}
