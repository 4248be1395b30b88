import fc from 'fast-check';

const oddText = fc.constantFrom(
  '"',
  '\\',
  '\n',
  '\u0000',
  '\u001f',
  '\u007f',
  '\u2028',
  '\ud800',
  '\udfff',
  '\ue000',
  '\uffff',
  '😀'.repeat(30),
  'x'.repeat(50),
  `${'x'.repeat(50)}"`,
);
/** Characters with and without escapes, in any order, up to texts too long to be written character by character. */
export const plainJsonText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('a', '\n', '"', '\\', '\t', 'é', '€', '😀', ' ', '!', '#', '[', ']'),
    maxLength: 120,
  }),
);
/** Any text, with a bias towards texts that are difficult in JSON. */
export const anyJsonText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  oddText,
  plainJsonText,
);
const aroundPowersOfTen = fc
  .tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: -2, max: 2 }), fc.constantFrom(1, -1))
  .map(([power, off, sign]) => sign * (10 ** power + off));
const decimal = fc
  .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 }))
  .map(([digits, places]) => Number(`${digits}e-${places}`));
const shortDecimal = fc
  .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 1, max: 8 }))
  .map(([digits, places]) => digits / 10 ** places);
/** Any number, with a bias towards numbers with difficult digits. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  aroundPowersOfTen,
  decimal,
  shortDecimal,
  fc.constantFrom(-0, 1e21, 1e-6, 1e-7, 1.1e-6, 0.1 + 0.2, 999_999_999.999999, 1e9 + 0.5, 5e-324, Number.NaN),
);
