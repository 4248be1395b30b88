import fc from 'fast-check';
import { type Batch, recordsOf } from '../../lib/wire/batch.ts';
import { JsonBatchBuilder } from '../../lib/wire/jsonBatchBuilder.ts';
import { JsonObjectWriter } from '../../lib/wire/jsonObjectWriter.ts';
import { Scratch } from '../../lib/wire/scratch.ts';
import { NOT_WRITTEN } from '../../lib/wire/writeJsonString.ts';
import { anyJsonText, anyNumber, plainJsonText } from '../support/jsonArbitraries.ts';

/**
 * The text written for an object by a writer that has written others before. `undefined` if the object is left to
 * `JSON.stringify`.
 */
function written(writer: JsonObjectWriter, record: object): string | undefined {
  const scratch = new Scratch(7, 100);
  const end = writer.write(scratch, 9, record);
  return end === NOT_WRITTEN ? undefined : scratch.buffer.toString('utf8', 9, end);
}

/** The records in a batch, or the code of the error if one is refused. */
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

/**
 * The same by `JSON.stringify`, which escapes half a surrogate pair, writes what has no JSON form as null, and cannot
 * write a bigint.
 */
function stringified(records: readonly object[]): unknown[] {
  const texts: string[] = [];
  const refused: string[] = [];
  for (const record of records) {
    try {
      const text: string | undefined = wellFormed(
        JSON.stringify(record, (_, value: unknown) => {
          if (
            typeof value === 'function' ||
            typeof value === 'symbol' ||
            value instanceof Map ||
            (typeof value === 'number' && !Number.isFinite(value))
          ) {
            throw new TypeError('no JSON form');
          }
          return typeof value === 'bigint' ? Number(value) : value;
        }),
      );
      if (text?.startsWith('{')) {
        texts.push(text);
      } else {
        refused.push('INVALID_RECORD');
      }
    } catch {
      refused.push('INVALID_RECORD');
    }
  }
  return [...texts, ...refused];
}

/** Replaces the escapes of single surrogates, which are all that `JSON.stringify` writes as `\\ud…`. */
function wellFormed(text: string | undefined): string | undefined {
  return text?.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f]../g, '$1\ufffd');
}

const key = fc.oneof(fc.constantFrom('a', 'b', 'c', '1', '__proto__', 'toJSON', 'ключ', 'q"'), anyJsonText);

describe('JsonObjectWriter', () => {
  it('writes plain objects as JSON.stringify does, regardless of what it has written before', () => {
    const { record } = fc.letrec<{ value: unknown; record: object }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        plainJsonText,
        anyNumber.filter(Number.isFinite),
        fc.boolean(),
        fc.constantFrom(null, undefined),
        tie('record'),
        fc.array(tie('value'), { maxLength: 4 }),
      ),
      record: fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        const writer = new JsonObjectWriter();
        expect(records.map((each) => written(writer, each))).toEqual(
          records.map((each) => wellFormed(JSON.stringify(each))),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('fills a batch as JSON.stringify would, for objects of any content', () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.oneof(anyJsonText, anyNumber, fc.boolean(), fc.constant(null)) },
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

  it('writes objects that are not plain as JSON.stringify does', () => {
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

  it('is not misled by an extended prototype', () => {
    Object.defineProperty(Object.prototype, 'polluted', { value: 1, enumerable: true, configurable: true });
    let texts: unknown[];
    try {
      texts = batched([{ a: 1 }]);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
    expect(texts).toEqual(['{"a":1}']);
  });

  it('writes nested values that are not plain as JSON.stringify does', () => {
    const sparse = [1];
    sparse[3] = 2;
    class Tags extends Array<string> {}
    const cycle: Record<string, unknown> = { a: 1 };
    cycle['itself'] = { cycle };
    let deep: unknown = 'bottom';
    for (let depth = 0; depth < 100; depth++) {
      deep = depth % 2 === 0 ? [deep] : { deep };
    }
    const objects = [
      { at: new Date(0) },
      { a: { toJSON: (place: string) => `in ${place}` } },
      { a: [Object.assign([1], { toJSON: () => 'one' })] },
      { a: sparse, b: [undefined, () => 1, Symbol('s')], c: [] },
      { a: new Tags('x', 'y'), b: new Map([[1, 2]]), d: Object.create(null) as object },
      { a: new Tags('x', 'y'), d: Object.create(null) as object },
      { a: [[[]], {}, [{}], [1n]] },
      { a: [{ b: 1 }, { c: [{ d: { e: 'ä' } }] }, { b: 2 }, [3, { b: '"' }]] },
      { deep },
      cycle,
    ];
    for (const each of objects) {
      expect(batched([each, each])).toEqual(stringified([each, each]));
    }
  });

  it('does not remember keys that are data', () => {
    const writer = new JsonObjectWriter();
    const results = Array.from({ length: 2000 }, (_, n) => [written(writer, { [`key-${n}`]: n }), `{"key-${n}":${n}}`]);
    expect(results.filter(([text]) => text === undefined).length).toBeGreaterThan(1000);
    expect(results.every(([text, expected]) => text === undefined || text === expected)).toBeTrue();
    expect(written(writer, { 'key-0': 1 })).toBe('{"key-0":1}');
  });

  it('follows a change of keys, of their order and of their number', () => {
    const writer = new JsonObjectWriter();
    for (const each of [{ a: 1, b: 2 }, { b: 1, a: 2 }, { a: 1 }, { a: 1, b: 2, c: 3 }, { c: 1 }, {}]) {
      expect(written(writer, each)).toBe(JSON.stringify(each));
    }
  });

  it('is not misled by an accessor that adds other records', () => {
    const batches: Batch[] = [];
    const builder = new JsonBatchBuilder({ maxBatchRecords: 1000, maxBatchBytes: 10_000 }, (batch) =>
      batches.push(batch),
    );
    let isFirst = true;
    const handsIn = (act: () => void): object => ({
      a: 'begun',
      get b() {
        if (isFirst) {
          act();
        }
        isFirst = false;
        return 2;
      },
      c: ['ended'],
    });
    const seals = (): void => builder.seal();
    const acts: readonly (() => void)[] = [
      () => builder.add({ within: 1 }),
      () => builder.add('{"within":1}'),
      seals,
      () => {
        builder.add('{"within":2}');
        builder.seal();
      },
      () => {
        for (let n = 0; n < 500; n++) {
          builder.add({ within: 'x'.repeat(200) });
        }
      },
    ];
    for (const act of acts) {
      for (const [before, isNested] of [
        [[], false],
        [[{ before: 1 }], false],
        [[{ before: 1 }], true],
      ] as const) {
        batches.length = 0;
        isFirst = true;
        for (const record of before) {
          builder.add(record);
        }
        builder.add(isNested ? { outer: [handsIn(act)] } : handsIn(act));
        builder.seal();
        const texts = batches.flatMap(recordsOf) as string[];
        expect(texts.filter((each) => each.includes('{"a":"begun","b":2,"c":["ended"]}'))).toHaveSize(1);
        expect(texts.filter((each) => each === '{"before":1}')).toHaveSize(before.length);
        expect(texts.filter((each) => each.startsWith('{"within":')).length).toBeGreaterThanOrEqual(
          act === seals ? 0 : 1,
        );
        const order = texts.map((each) => (each.startsWith('{"within":') ? 'within' : each.slice(0, 5)));
        expect(order.lastIndexOf('within')).toBeLessThan(texts.findIndex((each) => each.includes('"begun"')));
        expect(() => texts.map((each) => JSON.parse(each) as object)).not.toThrow();
      }
    }
  });

  it('is not misled by an accessor that adds records which are refused', () => {
    const batches: Batch[] = [];
    const builder = new JsonBatchBuilder({ maxBatchRecords: 1000, maxBatchBytes: 10_000 }, (batch) =>
      batches.push(batch),
    );
    builder.add({
      first: 'begun',
      get second() {
        expect(() => builder.add({ other: 'x'.repeat(30), wrong: Symbol('s') })).toThrow(
          jasmine.objectContaining({ code: 'INVALID_RECORD' }),
        );
        return 2;
      },
      third: 'ended',
    });
    builder.seal();
    expect(batches.flatMap(recordsOf)).toEqual(['{"first":"begun","second":2,"third":"ended"}']);
  });
});
