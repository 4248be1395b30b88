import { isNumber, shownValue, wholeValue } from '../../../page/parts/shownValue.ts';

describe('a value in a grid', () => {
  it('tells NULL, an empty text and the text NULL apart', () => {
    expect(shownValue(null)).toEqual({ kind: 'null', text: 'NULL' });
    expect(shownValue('')).toEqual({ kind: 'empty', text: 'empty text' });
    expect(shownValue('NULL')).toEqual({ kind: 'text', text: 'NULL' });
  });

  it('is one line that is cut, without half a character', () => {
    const { text } = shownValue(`${'a'.repeat(299)}😀 and more`);
    expect(text).toBe(`${'a'.repeat(299)}…`);
    expect(shownValue('a\r\nb\tc').text).toBe('a⏎b⇥c');
  });

  it('is JSON if it is nested, and all of it can be read', () => {
    const nested = [{ key: 'site', value: 'berlin' }];
    expect(shownValue(nested)).toEqual({ kind: 'nested', text: '[{"key":"site","value":"berlin"}]' });
    expect(JSON.parse(wholeValue(nested))).toEqual(nested);
    expect(wholeValue('x'.repeat(5000)).length).toBe(5000);
  });

  it('is a number if it is one, also as a text', () => {
    for (const value of [1, -0.5, '9007199254740993', '-12.50', '1e300', 'NaN', '-Infinity']) {
      expect(isNumber(value)).withContext(String(value)).toBeTrue();
    }
    for (const value of ['', 'a', '1a', '2026-01-01', true, null, {}]) {
      expect(isNumber(value)).withContext(String(value)).toBeFalse();
    }
  });
});
