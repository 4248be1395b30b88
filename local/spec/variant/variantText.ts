import fc from 'fast-check';
import type { DecodedVariant } from './decodeVariant.ts';

/** JSON text, and the content of its variant. */
export interface VariantText {
  readonly text: string;
  readonly expected: DecodedVariant;
}

const blank = fc.constantFrom('', '', '', ' ', '\n', '\t \r');

/** A string of any characters, as JSON writes it or with all characters escaped. */
const quotedArbitrary: fc.Arbitrary<{ text: string; expected: string }> = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 80 }), fc.boolean())
  .map(([expected, isEscaped]) => ({ text: isEscaped ? escaped(expected) : JSON.stringify(expected), expected }));

/** The JSON text of a string with each character escaped. */
export function escaped(content: string): string {
  const units = Array.from({ length: content.length }, (_, index) => content.charCodeAt(index));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}

/** The variant of an integer within 64 bits. */
export function integerOf(value: bigint): DecodedVariant {
  const bits = [8, 16, 32, 64].find((width) => BigInt.asIntN(width, value) === value);
  return { type: `int${bits}`, value };
}

/** The variant of a decimal within 38 digits. */
export function decimalOf(unscaled: bigint, scale: number): DecodedVariant {
  const digits = Math.max(String(unscaled).replace('-', '').length, scale);
  return { type: digits <= 9 ? 'decimal4' : digits <= 18 ? 'decimal8' : 'decimal16', value: unscaled, scale };
}

/** The text of a decimal, as JSON writes it. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled)
    .replace('-', '')
    .padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
}

/** An integer within the bits, mostly close to the limits of a type. */
function bigIntArbitrary(limit: bigint): fc.Arbitrary<bigint> {
  const edges = [7n, 8n, 15n, 16n, 31n, 32n, 63n, 64n].map((bits) => 1n << bits).filter((edge) => edge < limit);
  const near = fc
    .tuple(fc.constantFrom(...edges), fc.bigInt({ min: -2n, max: 2n }), fc.constantFrom(1n, -1n))
    .map(([edge, distance, sign]) => (edge + distance) * sign)
    .filter((value) => value > -limit && value < limit);
  return fc.oneof(near, fc.bigInt({ min: 1n - limit, max: limit - 1n }), fc.bigInt({ min: -300n, max: 300n }));
}

const INT64_EDGE = 1n << 63n;
const numberArbitrary: fc.Arbitrary<VariantText> = fc.oneof(
  bigIntArbitrary(10n ** 38n).map((value) => ({
    text: String(value),
    expected: value >= -INT64_EDGE && value < INT64_EDGE ? integerOf(value) : decimalOf(value, 0),
  })),
  fc.tuple(bigIntArbitrary(10n ** 38n), fc.integer({ min: 1, max: 38 })).map(([unscaled, scale]) => ({
    text: decimalText(unscaled, scale),
    expected: decimalOf(unscaled, scale),
  })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({
    text: value.toExponential().replace('e', value > 1 ? 'E' : 'e'),
    expected: { type: 'double', value: Object.is(value, -0) ? 0 : value },
  })),
);

const { any } = fc.letrec<{ any: VariantText }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    quotedArbitrary,
    numberArbitrary,
    fc.constantFrom(null, true, false).map((expected) => ({ text: String(expected), expected })),
    fc.tuple(fc.array(tie('any'), { maxLength: 8 }), blank).map(([items, space]) => ({
      text: `[${space}${items.map(({ text }) => text).join(`${space},${space}`)}${space}]`,
      expected: items.map(({ expected }) => expected),
    })),
    fc
      .tuple(
        fc.uniqueArray(fc.tuple(quotedArbitrary, tie('any')), { maxLength: 8, selector: ([key]) => key.expected }),
        blank,
      )
      .map(([fields, space]) => ({
        text: `{${fields.map(([key, value]) => `${space}${key.text}${space}:${space}${value.text}${space}`).join(',')}}`,
        expected: new Map(fields.map(([key, value]) => [key.expected, value.expected])),
      })),
  ),
}));

/** Any JSON that a variant can hold. */
export const variantTextArbitrary: fc.Arbitrary<VariantText> = fc
  .tuple(blank, any, blank)
  .map(([before, { text, expected }, after]) => ({ text: `${before}${text}${after}`, expected }));
