import fc from 'fast-check';
import { ExactNumber } from '../../../lib/cli/conversion/exactNumber.ts';
import { parseExactJson } from '../../../lib/cli/conversion/parseExactJson.ts';

describe('parseExactJson', () => {
  it('is JSON.parse for values whose numbers are exact', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(rounded(parseExactJson(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the digits of numbers, and leaves text alone', () => {
    const text = '{"a":[-12345678901234567,1.2345678901234567e-5],"12345678901234567":"\\"12345678901234567","b":1}';
    expect(parseExactJson(text)).toEqual({
      a: [new ExactNumber('-12345678901234567'), new ExactNumber('1.2345678901234567e-5')],
      '12345678901234567': '"12345678901234567',
      b: 1,
    });
  });

  it('takes no text for a number', () => {
    const text = '["\\u000012345678901234567890", 12345678901234567890]';
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  it('refuses what is not JSON', () => {
    for (const text of ['', '{', '{"a":12345678901234567', '012345678901234567', '[1234567890123456789.]']) {
      expect(() => parseExactJson(text))
        .withContext(text)
        .toThrowError(SyntaxError);
    }
  });
});

function rounded(value: unknown): unknown {
  if (value instanceof ExactNumber) {
    return Number(value.text);
  }
  if (Array.isArray(value)) {
    return value.map(rounded);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rounded(each)]))
    : value;
}
