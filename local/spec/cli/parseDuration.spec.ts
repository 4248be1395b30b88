import { parseDuration } from '../../lib/cli/parseDuration.ts';

describe('parseDuration', () => {
  for (const [text, milliseconds] of [
    ['250ms', 250],
    ['5s', 5000],
    ['1.5s', 1500],
    ['15m', 900_000],
    ['1h', 3_600_000],
  ] as const) {
    it(`reads ${text}`, () => {
      expect(parseDuration(text)).toBe(milliseconds);
    });
  }

  for (const text of ['', '5', 's', '5 s', '-1s', '0s', '1e3s', '5d', '1000h', 'soon']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseDuration(text)).toThrowError(/such as 250ms, 5s, 15m or 1h/);
    });
  }
});
