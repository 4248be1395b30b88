/** Formats a number for reading: three digits, with `M` or `k` if it is large. `–` if there is no number. */
export function quantity(value: number | null): string {
  if (value === null) {
    return '–';
  }
  const size = Math.abs(value);
  if (size >= 999_500) {
    return `${digits(value / 1e6)} M`;
  }
  if (size >= 9995) {
    return `${digits(value / 1e3)} k`;
  }
  return digits(value);
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) {
    return value.toFixed(0);
  }
  return size >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
