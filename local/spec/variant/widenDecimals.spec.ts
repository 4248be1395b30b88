import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { encodeVariant } from '../../lib/variant/encodeVariant.ts';
import { widenDecimals } from '../../lib/variant/widenDecimals.ts';
import { type DecodedNumber, type DecodedVariant, decodeVariant } from './decodeVariant.ts';
import { variantTextArbitrary } from './variantText.ts';

function widened(text: string): DecodedVariant {
  const { metadata, value } = encodeVariant(Buffer.from(text));
  return decodeVariant(metadata, widenDecimals(value));
}

/** The expected value: each decimal between -1 and 1 has 128 bits. */
function wide(value: DecodedVariant): DecodedVariant {
  if (value instanceof Map) {
    return new Map([...value].map(([key, member]) => [key, wide(member)]));
  }
  if (Array.isArray(value)) {
    return value.map(wide);
  }
  const number = value as DecodedNumber | null;
  const isBelowOne =
    typeof number?.value === 'bigint' &&
    number.scale !== undefined &&
    String(number.value).replace('-', '').length <= number.scale;
  return isBelowOne ? { ...number, type: 'decimal16' } : value;
}

describe('widenDecimals', () => {
  it('widens decimals below one to 128 bits in any position, and keeps everything else', () => {
    const property = fc.property(
      variantTextArbitrary,
      ({ text, expected }) =>
        isDeepStrictEqual(widened(text), wide(expected)) &&
        isDeepStrictEqual(widened(`[0.5,{"b":${text},"a":-0.05}]`), [
          { type: 'decimal16', value: 5n, scale: 1 },
          new Map([
            ['a', { type: 'decimal16', value: -5n, scale: 2 }],
            ['b', wide(expected)],
          ]),
        ]),
    );
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
  });

  it('keeps large objects and arrays', () => {
    const items = Array.from({ length: 70_000 }, (_, index) => index % 2);
    const fields = items.map((_, index) => `"${(index * 7919) % 70_000}":0.25`).join();
    const read = widened(`[${items.join('.5,')},0.5,{${fields}}]`) as readonly DecodedVariant[];
    expect(read.length).toBe(70_002);
    expect(isDeepStrictEqual(read[68_998], { type: 'decimal16', value: 5n, scale: 1 })).toBeTrue();
    expect(isDeepStrictEqual(read[68_999], { type: 'decimal4', value: 15n, scale: 1 })).toBeTrue();
    expect((read[70_001] as ReadonlyMap<string, DecodedVariant>).size).toBe(70_000);
  });

  it('returns the same bytes if there is nothing to widen', () => {
    const { value } = encodeVariant(Buffer.from('{"a":[1,1.5,"x"],"b":null}'));
    expect(widenDecimals(value)).toBe(value);
  });

  it('knows the length of every type, including those that JSON does not have', () => {
    const others = ['2c01020304', '300102030405060708', '340102030405060708', '380000803f', '3c0200000001ff'];
    const newer = ['440102030405060708', '480102030405060708', '4c0102030405060708', `50${'ab'.repeat(16)}`];
    const values = [...others, ...newer, '200105000000', 'fd'.padEnd(128, '78')].map((value) =>
      Buffer.from(value, 'hex'),
    );
    const offsets = values.map((_, index) => Buffer.concat(values.slice(0, index)).length);
    const all = Buffer.concat(values);
    const array = Buffer.from([0x03, values.length, ...offsets, all.length, ...all]);
    const isWide = Buffer.from(`2801${'05'.padEnd(32, '0')}`, 'hex');
    const expected = Buffer.concat(values.map((value) => (value[0] === 0x20 ? isWide : value)));
    expect(widenDecimals(array).subarray(-expected.length)).toEqual(expected);
  });

  for (const [title, bytes] of [
    ['an unknown type', '030200010754200105000000'],
    ['an array that ends too early', '03ff00'],
    ['no bytes', ''],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => widenDecimals(Buffer.from(bytes, 'hex'))).toThrowError(RangeError);
    });
  }
});
