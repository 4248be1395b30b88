import fc from 'fast-check';
import { parseJson } from '../../../lib/testing/decoding/parseJson.ts';

describe('parseJson', () => {
  it('parses what JSON.parse parses', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const expected: unknown = JSON.parse(text);
        const parsed = parseJson(text);
        expect(JSON.stringify(parsed, (_, value) => (typeof value === 'bigint' ? Number(value) : value))).toBe(
          JSON.stringify(expected),
        );
      }),
    );
  });

  it('keeps every digit of an integer', () => {
    expect(parseJson('[9007199254740993, -9007199254740993, 1, 1e30, 0.12500000000000000000]')).toEqual([
      9_007_199_254_740_993n,
      -9_007_199_254_740_993n,
      1,
      1e30,
      0.125,
    ]);
  });

  it('leaves digits in texts and names alone', () => {
    const text = '{"9007199254740993":"9007199254740993 \\" 9007199254740993"}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('refuses what is not JSON', () => {
    expect(() => parseJson('{')).toThrowError(SyntaxError);
  });
});
