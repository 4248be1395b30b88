import fc from 'fast-check';
import { type Batch, recordsOf } from '../../lib/wire/batch.ts';
import { JsonBatchBuilder } from '../../lib/wire/jsonBatchBuilder.ts';
import { JsonObjectWriter } from '../../lib/wire/jsonObjectWriter.ts';
import { NOT_WRITTEN } from '../../lib/wire/jsonString.ts';
import { Scratch } from '../../lib/wire/scratch.ts';

/** What is written for an object, with the writer of others before it; `undefined` where it is left to `JSON.stringify`. */
function written(writer: JsonObjectWriter, record: object): string | undefined {
  const scratch = new Scratch(7, 100);
  const end = writer.write(scratch, 9, record);
  return end === NOT_WRITTEN ? undefined : scratch.buffer.toString('utf8', 9, end);
}

/** What becomes of records in a batch; the code of the error where one is refused. */
function batched(records: readonly object[]): unknown[] {
  const batches: Batch[] = [];
  const builder = new JsonBatchBuilder({ maxBatchRecords: 5, maxBatchBytes: 200 }, (batch) => batches.push(batch));
  const refused: unknown[] = [];
  for (const record of records) {
    try {
      builder.add(record);
    } catch (error) {
      refused.push((error as { code: string }).code);
    }
  }
  builder.seal();
  return [...batches.flatMap(recordsOf), ...refused];
}

/** The same by `JSON.stringify`. */
function stringified(records: readonly object[]): unknown[] {
  const texts: string[] = [];
  const refused: string[] = [];
  for (const record of records) {
    try {
      const text: string | undefined = JSON.stringify(record);
      if (text?.startsWith('{')) texts.push(text);
      else refused.push('INVALID_RECORD');
    } catch {
      refused.push('INVALID_RECORD');
    }
  }
  return [...texts, ...refused];
}

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
/** What needs an escape and what does not, in every order, up to texts that are not taken character by character. */
const plainText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('a', '\n', '"', '\\', '\t', 'é', '€', '😀', ' ', '!', '#', '[', ']'),
    maxLength: 120,
  }),
);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), oddText, plainText);
const aroundPowersOfTen = fc
  .tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: -2, max: 2 }), fc.constantFrom(1, -1))
  .map(([power, off, sign]) => sign * (10 ** power + off));
const decimal = fc
  .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 }))
  .map(([digits, places]) => Number(`${digits}e-${places}`));
const shortDecimal = fc
  .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 1, max: 8 }))
  .map(([digits, places]) => digits / 10 ** places);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  aroundPowersOfTen,
  decimal,
  shortDecimal,
  fc.constantFrom(-0, 1e21, 1e-6, 1e-7, 1.1e-6, 0.1 + 0.2, 999_999_999.999999, 1e9 + 0.5, 5e-324, Number.NaN),
);
const key = fc.oneof(fc.constantFrom('a', 'b', 'c', '1', '__proto__', 'toJSON', 'ключ', 'q"'), text);

describe('JsonObjectWriter', () => {
  it('writes what JSON.stringify gives for plain objects, whatever it has written before', () => {
    const value = fc.oneof(plainText, number, fc.boolean(), fc.constantFrom(null, undefined));
    const record = fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        const writer = new JsonObjectWriter();
        expect(records.map((each) => written(writer, each))).toEqual(records.map((each) => JSON.stringify(each)));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives a batch what JSON.stringify gives, whatever the objects hold', () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.oneof(text, number, fc.boolean(), fc.constant(null)) },
      {
        weight: 1,
        arbitrary: fc.oneof(
          fc.constantFrom<unknown>(
            undefined,
            Number.POSITIVE_INFINITY,
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
    fc.assert(
      fc.property(fc.array(fc.dictionary(key, value, { maxKeys: 6 }), { maxLength: 12 }), (records) => {
        expect(batched(records)).toEqual(stringified(records));
      }),
      { numRuns: 500 },
    );
  });

  it('writes every number as JSON.stringify does', () => {
    const writer = new JsonObjectWriter();
    fc.assert(
      fc.property(number, (n) => {
        expect(written(writer, { n })).toBe(JSON.stringify({ n }));
      }),
      { numRuns: 5000 },
    );
  });

  it('finds what has to be escaped wherever it stands', () => {
    const writer = new JsonObjectWriter();
    for (let byte = 0; byte < 0x100; byte++) {
      for (const length of [3, 7, 40, 41, 90]) {
        for (const place of [0, 1, 2, length - 1]) {
          const body = `${'x'.repeat(place)}${String.fromCharCode(byte)}${'y'.repeat(length - place - 1)}`;
          expect(batched([{ body }])).toEqual([JSON.stringify({ body })]);
        }
      }
    }
    expect(written(writer, { body: 'line\n'.repeat(20) })).toBe(JSON.stringify({ body: 'line\n'.repeat(20) }));
  });

  it('gives a batch text of every length', () => {
    for (const unit of ['a', 'é', '😀', '"', '\u0001']) {
      for (let length = 0; length < 100; length++) {
        const body = unit.repeat(length);
        expect(batched([{ body }])).toEqual([JSON.stringify({ body })]);
      }
      for (const length of [0x2000, 0x3fff, 0x4000, 0x4001, 0x8000]) {
        const body = unit.repeat(length);
        expect(batched([{ body }])[0] === JSON.stringify({ body })).toBeTrue();
      }
    }
  });

  it('gives what JSON.stringify gives for objects that are not plain', () => {
    class Reading {
      readonly temp = 1;
      toJSON(): object {
        return { temp: 2 };
      }
    }
    const objects = [
      new Reading(),
      Object.create({ inherited: 1 }) as object,
      Object.assign(Object.create(null) as object, { a: 1 }),
      Object.defineProperty({ a: 1 }, 'b', { get: () => 2, enumerable: true }),
      Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false }),
      { toJSON: () => ({ z: 1 }) },
      new Map([[1, 2]]),
      {},
      { a: undefined },
      { a: undefined, b: 1, c: undefined, d: 2 },
      new Date(0),
    ];
    expect(batched(objects)).toEqual(stringified(objects));
  });

  it('is not misled by a prototype that somebody has extended', () => {
    Object.defineProperty(Object.prototype, 'polluted', { value: 1, enumerable: true, configurable: true });
    let texts: unknown[];
    try {
      texts = batched([{ a: 1 }]);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
    expect(texts).toEqual(['{"a":1}']);
  });

  it('follows a change of keys, of their order and of their number', () => {
    const writer = new JsonObjectWriter();
    for (const each of [{ a: 1, b: 2 }, { b: 1, a: 2 }, { a: 1 }, { a: 1, b: 2, c: 3 }, { c: 1 }, {}]) {
      expect(written(writer, each)).toBe(JSON.stringify(each));
    }
  });

  it('is not misled by an accessor that hands in records of its own', () => {
    const batches: Batch[] = [];
    const builder = new JsonBatchBuilder({ maxBatchRecords: 1000, maxBatchBytes: 10_000 }, (batch) =>
      batches.push(batch),
    );
    let isFirst = true;
    const handsIn = (act: () => void): object => ({
      a: 'begun',
      get b() {
        if (isFirst) act();
        isFirst = false;
        return 2;
      },
      c: 'ended',
    });
    const acts: readonly (() => void)[] = [
      () => builder.add({ within: 1 }),
      () => builder.seal(),
      () => {
        builder.add('{"within":2}');
        builder.seal();
      },
      () => {
        for (let n = 0; n < 500; n++) builder.add({ within: 'x'.repeat(200) });
      },
    ];
    for (const act of acts) {
      for (const before of [[], [{ before: 1 }]]) {
        batches.length = 0;
        isFirst = true;
        for (const record of before) builder.add(record);
        builder.add(handsIn(act));
        builder.seal();
        const texts = batches.flatMap(recordsOf) as string[];
        expect(texts.filter((each) => each === '{"a":"begun","b":2,"c":"ended"}')).toHaveSize(1);
        expect(texts.filter((each) => each === '{"before":1}')).toHaveSize(before.length);
        expect(texts.filter((each) => each.startsWith('{"within":')).length).toBeGreaterThanOrEqual(
          act === acts[1] ? 0 : 1,
        );
        expect(() => texts.map((each) => JSON.parse(each) as object)).not.toThrow();
      }
    }
  });
});
