import fc from 'fast-check';
import { JsonStringifier } from '../../lib/wire/jsonStringifier.ts';

/** What becomes of a record, the error where there is one. */
function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return (error as Error).constructor.name;
  }
}

/** Only the text of an object can be a record. */
function asObject(text: string | undefined): string | undefined {
  return text?.startsWith('{') ? text : undefined;
}

describe('JsonStringifier', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
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
    ),
  );
  const aroundPowersOfTen = fc
    .tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: -2, max: 2 }), fc.constantFrom(1, -1))
    .map(([power, off, sign]) => sign * (10 ** power + off));
  const value = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.oneof(
        text,
        fc.double(),
        fc.integer(),
        fc.maxSafeInteger(),
        aroundPowersOfTen,
        fc.boolean(),
        fc.constant(null),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.constantFrom<unknown>(
          undefined,
          -0,
          Number.NaN,
          Number.POSITIVE_INFINITY,
          1e21,
          1e-7,
          Symbol('s'),
          () => 1,
          1n,
          new Date(0),
          [1, undefined],
          { a: { b: 'ä' } },
          new String('s'),
        ),
        fc.jsonValue(),
      ),
    },
  );
  const record = fc.dictionary(
    fc.oneof(fc.constantFrom('a', 'b', 'c', '1', '__proto__', 'toJSON', 'ключ', 'q"'), text),
    value,
    { maxKeys: 6 },
  );

  it('gives what JSON.stringify gives, whatever it has seen before', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        const stringifier = new JsonStringifier();
        for (const each of records)
          expect(outcome(() => stringifier.stringify(each))).toEqual(outcome(() => asObject(JSON.stringify(each))));
      }),
      { numRuns: 500 },
    );
  });

  it('gives what JSON.stringify gives for objects that are not plain', () => {
    class Reading {
      readonly temp = 1;
      toJSON(): object {
        return { temp: 2 };
      }
    }
    const inherited = Object.create({ inherited: 1 }) as object;
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    const computed = Object.defineProperty({ a: 1 }, 'b', { get: () => 2, enumerable: true });
    const hidden = Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false });
    const stringifier = new JsonStringifier();
    for (const each of [
      new Reading(),
      inherited,
      bare,
      computed,
      hidden,
      { toJSON: () => ({ z: 1 }) },
      new Map([[1, 2]]),
      {},
      new Date(0),
    ]) {
      expect(stringifier.stringify(each)).toBe(asObject(JSON.stringify(each)));
    }
  });

  it('is not misled by a prototype that somebody has extended', () => {
    Object.defineProperty(Object.prototype, 'polluted', { value: 1, enumerable: true, configurable: true });
    let text: string | undefined;
    try {
      text = new JsonStringifier().stringify({ a: 1 });
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
    expect(text).toBe('{"a":1}');
  });

  it('follows a change of keys, of their order and of their number', () => {
    const stringifier = new JsonStringifier();
    for (const each of [{ a: 1, b: 2 }, { b: 1, a: 2 }, { a: 1 }, { a: 1, b: 2, c: 3 }, { c: 1 }, {}]) {
      expect(stringifier.stringify(each)).toBe(JSON.stringify(each));
    }
  });
});
