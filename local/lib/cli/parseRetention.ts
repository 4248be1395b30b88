import { InvalidArgumentError } from 'commander';

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads how long files are kept, such as `7d`, `168h` or `0s`.
 *
 * @returns milliseconds
 * @throws {@link InvalidArgumentError} if the text is something else
 */
export function parseRetention(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const milliseconds = Number(digits) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (!Number.isFinite(milliseconds)) {
    throw new InvalidArgumentError('Expected a duration such as 7d, 168h or 0s.');
  }
  return milliseconds;
}
