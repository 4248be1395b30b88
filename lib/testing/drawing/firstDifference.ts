/** Returns the first index at which two lists differ, or `undefined` if they are the same. */
export function firstDifference<Actual, Expected>(
  actual: readonly Actual[],
  expected: readonly Expected[],
  isSame: (actual: Actual, expected: Expected) => boolean,
): number | undefined {
  const length = Math.max(actual.length, expected.length);
  return Array.from({ length }, (_, index) => index).find(
    (index) =>
      index >= actual.length ||
      index >= expected.length ||
      !isSame(actual[index] as Actual, expected[index] as Expected),
  );
}
