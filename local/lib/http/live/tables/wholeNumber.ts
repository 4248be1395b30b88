/** @returns the number that the digits stand for; NaN if the text is another one, such as `1e2`, or it is too large */
export function wholeNumber(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : Number.NaN;
}
