import { InvalidArgumentError } from 'commander';
import { MAX_TIMER_MS } from '../maxTimerMs.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads a duration such as `250ms`, `5s`, `15m` or `1h`.
 *
 * @returns milliseconds
 * @throws {@link InvalidArgumentError} if the text is not a duration, or longer than 24 days
 */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = Number(digits) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (!(milliseconds >= 1 && milliseconds <= MAX_TIMER_MS)) {
    throw new InvalidArgumentError('Expected a duration such as 250ms, 5s, 15m or 1h, of at most 24 days.');
  }
  return Math.round(milliseconds);
}
