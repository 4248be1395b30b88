import { deepStrictEqual } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { encodeVariant } from '../../lib/variant/encodeVariant.ts';
import { type DecodedVariant, decodeDictionary, decodeVariant } from './decodeVariant.ts';
import { decimalOf, decimalText, escaped, integerOf, variantTextArbitrary } from './variantText.ts';

const NO_KEYS = '110000';

function hex(text: string): readonly [metadata: string, value: string] {
  const { metadata, value } = encodeVariant(Buffer.from(text));
  return [metadata.toString('hex'), value.toString('hex')];
}

/** The content of the variant of a text. Throws if it is not well-formed. */
function roundTrip(text: string): DecodedVariant {
  const { metadata, value } = encodeVariant(Buffer.from(text));
  return decodeVariant(metadata, value);
}

/** Expects the variant of a text to be well-formed and to have this content. */
function expectHeld(text: string, expected: DecodedVariant): void {
  expect(isDeepStrictEqual(roundTrip(text), expected))
    .withContext(text.slice(0, 100))
    .toBeTrue();
}

/** Names of which no two are adjacent in their order. */
function keyNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `key ${(index * 7919) % count}`);
}

describe('encodeVariant', () => {
  it('encodes any JSON, each key and value at its position', () => {
    const property = fc.property(variantTextArbitrary, ({ text, expected }) => {
      deepStrictEqual(roundTrip(text), expected);
    });
    expect(() => fc.assert(property, { numRuns: 1000 })).not.toThrow();
  });

  const golden: readonly (readonly [text: string, metadata: string, value: string])[] = [
    ['null', NO_KEYS, '00'],
    ['true', NO_KEYS, '04'],
    ['false', NO_KEYS, '08'],
    ['1', NO_KEYS, '0c01'],
    ['-1', NO_KEYS, '0cff'],
    ['-0', NO_KEYS, '0c00'],
    ['128', NO_KEYS, '108000'],
    ['-32769', NO_KEYS, '14ff7fffff'],
    ['2147483648', NO_KEYS, '180000008000000000'],
    ['9223372036854775808', NO_KEYS, '280000000000000000800000000000000000'],
    ['1.50', NO_KEYS, '200296000000'],
    ['-0.05', NO_KEYS, '2002fbffffff'],
    ['12345678901.5', NO_KEYS, '2401171a99be1c000000'],
    ['1e2', NO_KEYS, '1c0000000000005940'],
    ['-0e0', NO_KEYS, '1c0000000000000080'],
    ['""', NO_KEYS, '01'],
    ['"hi"', NO_KEYS, '096869'],
    ['"\\u00e9\\n"', NO_KEYS, '0dc3a90a'],
    [`"${'x'.repeat(63)}"`, NO_KEYS, `fd${'78'.repeat(63)}`],
    [`"${'x'.repeat(64)}"`, NO_KEYS, `4040000000${'78'.repeat(64)}`],
    ['[]', NO_KEYS, '030000'],
    ['{}', NO_KEYS, '020000'],
    ['{"":1}', '11010000', '02010000020c01'],
    // The values are in the order of the text, and the fields are listed in the order of their keys.
    ['{"b":[1,"x"],"a":{"c":null}}', '110300010203616263', `0202000109000f${'03020002040c010578'}${'020102000100'}`],
    // U+FFFF is less than U+1F600 in UTF-8, and greater in UTF-16.
    ['{"\\ud83d\\ude00":1,"\uffff":2}', '1102000307efbfbff09f9880', '020200010200040c010c02'],
  ];
  for (const [text, metadata, value] of golden) {
    const title = text.length > 40 ? `${text.slice(0, 5)}… of ${text.length} characters` : text;
    it(`writes ${title} exactly as specified`, () => {
      expect(hex(text)).toEqual([metadata, value]);
    });
  }

  it('keeps strings of every length near a change of their form, in characters of one to four bytes', () => {
    const around = (length: number) => [length - 1, length, length + 1];
    const lengths = [...Array.from({ length: 71 }, (_, index) => index), ...around(256), ...around(65_535)];
    for (const character of ['x', 'é', '€', '😀']) {
      for (const length of lengths) {
        const characters = Math.floor(length / Buffer.byteLength(character));
        const content = character
          .repeat(characters)
          .padEnd(characters * character.length + (length % Buffer.byteLength(character)), 'y');
        expect(Buffer.byteLength(content)).toBe(length);
        expectHeld(JSON.stringify(content), content);
        expectHeld(escaped(content), content);
        expectHeld(`{${JSON.stringify(content)}:[${JSON.stringify(content)}]}`, new Map([[content, [content]]]));
      }
    }
  });

  it('keeps objects of any number of fields, nested ones too', () => {
    for (const count of [0, 1, 127, 128, 255, 256, 257, 70_000]) {
      const names = keyNames(count);
      const fields = names.map((name, index) => `"${name}":${index}`).join();
      const expected = new Map(names.map((name, index) => [name, integerOf(BigInt(index))]));
      expectHeld(`{${fields}}`, expected);
      if (count < 1000) {
        expectHeld(`[{"z":{${fields}}},{${fields}}]`, [new Map([['z', expected]]), expected]);
      }
    }
  });

  it('keeps arrays of any number of items', () => {
    for (const count of [1, 127, 128, 255, 256, 70_000]) {
      const items = Array.from({ length: count }, (_, index) => index);
      expectHeld(
        JSON.stringify(items),
        items.map((item) => integerOf(BigInt(item))),
      );
    }
  });

  it('uses offsets of one to four bytes, in values and among the keys', () => {
    for (const length of [200, 250, 260, 65_500, 65_600, 17_000_000]) {
      const long = 'x'.repeat(length);
      expectHeld(JSON.stringify(['a', long, 'b']), ['a', long, 'b']);
      expectHeld(
        JSON.stringify({ b: long, a: '' }),
        new Map([
          ['a', ''],
          ['b', long],
        ]),
      );
      expectHeld(
        `{"${long}":null,"a":true}`,
        new Map([
          ['a', true],
          [long, null],
        ]),
      );
    }
  });

  it('keeps values nested 500 deep, and refuses deeper ones', () => {
    for (const depth of [100, 500]) {
      const text = `${'[{"a":'.repeat(depth / 2)}1.5${'}]'.repeat(depth / 2)}`;
      let expected: DecodedVariant = decimalOf(15n, 1);
      for (let level = 0; level < depth / 2; level++) {
        expected = [new Map([['a', expected]])];
      }
      expectHeld(text, expected);
    }
    expect(() => roundTrip(`${'['.repeat(502)}${']'.repeat(502)}`)).toThrowError('nested deeper than 500');
  });

  it('uses the smallest type at the limits of every integer, and decimals beyond 64 bits', () => {
    for (const bits of [8n, 16n, 32n, 64n]) {
      const edge = 1n << (bits - 1n);
      for (const value of [edge - 1n, -edge]) {
        expectHeld(String(value), { type: `int${bits}`, value });
      }
      for (const value of [edge, -edge - 1n]) {
        const beyond = bits === 64n ? { type: 'decimal16', value, scale: 0 } : { type: `int${bits * 2n}`, value };
        expectHeld(String(value), beyond);
      }
    }
    const largest = 10n ** 38n - 1n;
    expectHeld(String(largest), decimalOf(largest, 0));
    expectHeld(String(-largest), decimalOf(-largest, 0));
    expectHeld(String(largest + 1n), { type: 'double', value: 1e38 });
  });

  it('keeps every digit of a decimal, in the smallest type that holds digits and scale', () => {
    for (const digits of [1, 8, 9, 10, 15, 16, 17, 18, 19, 37, 38]) {
      for (const unscaled of [10n ** BigInt(digits) - 1n, -(10n ** BigInt(digits - 1)), 0n]) {
        for (const scale of [1, 8, 9, 10, 15, 16, 17, 18, 19, 37, 38]) {
          expectHeld(decimalText(unscaled, scale), decimalOf(unscaled, scale));
        }
      }
    }
    expectHeld(`0.${'1'.repeat(39)}`, { type: 'double', value: 1 / 9 });
    expectHeld(`1.${'0'.repeat(38)}`, { type: 'double', value: 1 });
    expectHeld(`0.${'0'.repeat(39)}`, { type: 'double', value: 0 });
  });

  it('encodes the same dictionary for the same keys, whatever came in between', () => {
    const keysOf = (text: string) => decodeDictionary(encodeVariant(Buffer.from(text)).metadata);
    for (const [text, keys] of [
      ['{"b":1,"a":2}', ['a', 'b']],
      ['{"b":1,"a":3}', ['a', 'b']],
      ['{"a":1,"b":2}', ['a', 'b']],
      ['{"b":1}', ['b']],
      ['1', []],
      ['{"b":{"c":1,"a":2}}', ['a', 'b', 'c']],
    ] as const) {
      expect(keysOf(text)).toEqual(keys);
    }
  });

  it('does not change the text', () => {
    const text = Buffer.from('{\n"a" :\t[ 1 ,\r\n"\\n"]}\n');
    const before = Buffer.from(text);
    encodeVariant(text);
    expect(text).toEqual(before);
  });

  const refused: readonly (readonly [text: string, problem: RegExp])[] = [
    ['', /a value is missing/],
    ['{"a":1', /a comma or the closing brace is missing/],
    ['[1', /a comma or the closing bracket is missing/],
    ['1 2', /something follows the JSON value/],
    ['{"a":1,"\\u0061":2}', /the key "a" appears twice/],
    ['{"a":{},"b":{"a":1,"c":2,"a":3}}', /the key "a" appears twice/],
    ['"\\ud83d"', /half a surrogate pair/],
    ['{"\\ude00":1}', /half a surrogate pair/],
    ['"\n"', /control character/],
    ['01', /something follows/],
    ['1.', /lacks a digit/],
    ['NaN', /a value is missing/],
    ['nul', /a value that JSON does not have/],
    ['-1e400', /-1e400 is out of the range of a double/],
    [`1${'0'.repeat(309)}`, /is out of the range of a double/],
  ];
  for (const [text, problem] of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      expect(() => encodeVariant(Buffer.from(text))).toThrowError(problem);
    });
  }
});
