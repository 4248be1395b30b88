import { MAX_RETRY_AFTER_MS, parseRetryAfter } from '../../lib/http/parseRetryAfter.ts';

describe('parseRetryAfter', () => {
  const date = 'Thu, 26 Nov 2026 10:00:00 GMT';
  for (const [retryAfter, expected] of [
    ['7', 7000],
    [' 7 ', 7000],
    ['0', 0],
    ['0.5', 500],
    ['86400', MAX_RETRY_AFTER_MS],
    ['9'.repeat(400), MAX_RETRY_AFTER_MS],
    ['Thu, 26 Nov 2026 10:00:30 GMT', 30_000],
    ['Thu, 26 Nov 2026 09:59:00 GMT', 0],
    ['Fri, 27 Nov 2026 10:00:00 GMT', MAX_RETRY_AFTER_MS],
    ['', undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['7s', undefined],
    ['2026', 60_000],
  ] as const) {
    it(`reads ${JSON.stringify(retryAfter.slice(0, 30))}`, () => {
      expect(parseRetryAfter({ retryAfter, date })).toBe(expected);
    });
  }

  it('compares a date with the own clock if the response has no date', () => {
    const retryAfter = 'Thu, 26 Nov 2026 10:00:30 GMT';
    const nowMs = Date.UTC(2026, 10, 26, 10, 0, 10);
    expect(parseRetryAfter({ retryAfter, date: '' }, nowMs)).toBe(20_000);
    expect(parseRetryAfter({ retryAfter, date }, nowMs)).toBe(30_000);
  });
});
