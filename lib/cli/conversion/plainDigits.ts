const scientific = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/;
/** No DECIMAL has more digits on either side of its point. */
const MAX_SHIFT = 100;

/** Returns a number such as `1.5e-7` without its exponent, with every digit of it. Other text is returned as it is. */
export function plainDigits(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent] = scientific.exec(text) ?? [];
  const shift = Number(exponent);
  if (exponent === undefined || Math.abs(shift) > MAX_SHIFT) {
    return text;
  }
  const point = whole.length + shift;
  const digits = `${'0'.repeat(Math.max(0, 1 - point))}${whole}${fraction}`.padEnd(point, '0');
  const integerCount = Math.max(1, point);
  return `${sign}${digits.slice(0, integerCount)}${digits.length > integerCount ? '.' : ''}${digits.slice(integerCount)}`;
}
