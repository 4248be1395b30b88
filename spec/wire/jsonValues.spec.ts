import { runInNewContext } from 'node:vm';
import { EMPTY, Observable, Subject } from 'rxjs';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { type Batch, recordsOf } from '../../lib/wire/batch.ts';
import { JsonBatchBuilder } from '../../lib/wire/jsonBatchBuilder.ts';

/** The record as it is sent, between two others that must not change. */
function sent(record: unknown): unknown {
  const batches: Batch[] = [];
  const builder = new JsonBatchBuilder({ maxBatchRecords: 10, maxBatchBytes: 100_000 }, (batch) => batches.push(batch));
  builder.add({ n: 1 });
  let refusal: unknown;
  try {
    builder.add(record as object);
  } catch (error) {
    refusal = error;
  }
  builder.add('{"n":2}');
  builder.seal();
  const records = batches.flatMap(recordsOf);
  expect([records[0], records.at(-1)]).toEqual(['{"n":1}', '{"n":2}']);
  if (refusal !== undefined) {
    expect(refusal).toEqual(jasmine.objectContaining({ code: 'INVALID_RECORD', isRetryable: false }));
    throw refusal;
  }
  return records[1];
}

function refusal(record: unknown): string {
  try {
    return `sent as ${String(sent(record))}`;
  } catch (error) {
    return (error as ZerobusError).message;
  }
}

class Hidden {
  readonly #temp = 1;
  get temp(): number {
    return this.#temp;
  }
}

function* generator(): Generator<number> {
  yield 1;
}

const formless: readonly (readonly [what: string, value: unknown])[] = [
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['NaN', new Number(Number.NaN)],
  ['an invalid Date', new Date(Number.NaN)],
  ['a symbol', Symbol('s')],
  ['a symbol', Object(Symbol('s'))],
  ['a function', () => 1],
  ['a function', class {}],
  ['a Promise', Promise.resolve(1)],
  ['a Promise', Object.assign(Promise.resolve(1), { cancel: 1 })],
  ['a Promise', Object.create(Object.defineProperty({}, 'then', { value: () => {} }))],
  ['an Observable', EMPTY],
  ['an Observable', new Observable()],
  ['an Observable', new Subject()],
  ['an Observable', { [Symbol.for('none')]: 1, ...{}, __proto__: { '@@observable': () => EMPTY } }],
  ['a Map', new Map([[1, 2]])],
  ['a Map', Object.assign(new Map(), { size2: 1 })],
  ['a Set', new Set([1])],
  ['an instance of WeakMap', new WeakMap()],
  ['an instance of WeakSet', new WeakSet()],
  ['an instance of WeakRef', new WeakRef({})],
  ['an Error', new TypeError('no')],
  ['an Error', Object.assign(new Error('no'), { code: 'ENOENT' })],
  ['a RegExp', /x/],
  ['an instance of Hidden', new Hidden()],
  ['an instance of a class', new (class {})()],
  ['an instance of URLSearchParams', new URLSearchParams('a=1')],
  ['an instance of Headers', new Headers()],
  ['an instance of Generator', generator()],
  ['an instance of Map Iterator', new Map().keys()],
  ['an instance of Array Iterator', [1].values()],
  ['NaN', { toJSON: () => Number.NaN }],
  ['a Map', { toJSON: () => new Map() }],
];

describe('Values without a JSON form', () => {
  for (const [index, [what, value]] of formless.entries()) {
    it(`are refused with their path, at any depth: ${what} (${index})`, () => {
      const problem = `${what} has no JSON form`;
      expect(refusal({ a: 1, temp: value })).toMatch(new RegExp(`^temp: ${problem}\\.`));
      expect(refusal({ a: 1, tags: ['x', { b: value }] })).toMatch(new RegExp(`^tags\\[1\\]\\.b: ${problem}\\.`));
      expect(refusal({ a: [[value]], 'b c': 1 })).toMatch(new RegExp(`^a\\[0\\]\\[0\\]: ${problem}\\.`));
      expect(refusal({ a: [1, undefined], 'b c': { d: value } })).toMatch(
        new RegExp(`^\\["b c"\\]\\.d: ${problem}\\.`),
      );
      expect(
        refusal(
          new (class Reading {
            readonly temp = value;
          })(),
        ),
      ).toMatch(new RegExp(`^temp: ${problem}\\.`));
    });
  }

  it('are refused as records', () => {
    for (const value of [Promise.resolve({ id: 1 }), EMPTY, new Map(), new Set(), new Error('no'), new Hidden(), /x/]) {
      expect(refusal(value)).toMatch(/^An? .* has no JSON form\./);
    }
    for (const value of [() => 1, Symbol('s'), Number.NaN, undefined, new ArrayBuffer(1), new Uint16Array(1)]) {
      expect(refusal(value)).toMatch(/^A record of a JSON stream must be an object or a JSON string, got /);
    }
  });

  it('say how to wait for a Promise and for an Observable', () => {
    expect(refusal(Promise.resolve({ id: 1 }))).toBe(
      'A Promise has no JSON form. Use concatMap instead of map, or await it first.',
    );
    expect(refusal({ id: EMPTY })).toBe(
      'id: an Observable has no JSON form. Use concatMap instead of map to flatten it first.',
    );
  });

  it('are cycles, too', () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle['b'] = [{ cycle }];
    expect(refusal(cycle)).toBe('b[0].cycle: the value contains itself. Remove the cycle.');
    const shared = { c: 1 };
    expect(sent({ a: shared, b: [shared, shared] })).toBe('{"a":{"c":1},"b":[{"c":1},{"c":1}]}');
  });

  it('are omitted if they are undefined, and null in arrays', () => {
    expect(sent({ a: undefined, b: 1, c: [1, undefined], d: { e: undefined } })).toBe('{"b":1,"c":[1,null],"d":{}}');
  });
});

describe('Values with one JSON form', () => {
  const bytes = Uint8Array.of(255, 254, 253, 1);
  const cases: readonly (readonly [what: string, value: unknown, json: string])[] = [
    ['bigint', 2n ** 63n - 1n, '9223372036854775807'],
    ['bigint', [-1n, 0n], '[-1,0]'],
    ['bigint', Object(7n), '7'],
    ['Uint8Array', bytes, '"//79AQ=="'],
    ['Uint8Array', bytes.subarray(1, 3), '"/v0="'],
    ['Uint8Array', new Uint8Array(), '""'],
    ['Buffer', Buffer.from(bytes), '"//79AQ=="'],
    ['ArrayBuffer', bytes.buffer, '"//79AQ=="'],
    ['SharedArrayBuffer', new SharedArrayBuffer(1), '"AA=="'],
    ['DataView', new DataView(bytes.buffer, 1, 2), '"/v0="'],
    ['Int8Array', Int8Array.of(-1, 2), '[-1,2]'],
    ['Uint8ClampedArray', Uint8ClampedArray.of(1, 2), '[1,2]'],
    ['Float64Array', Float64Array.of(0.1, -0), '[0.1,0]'],
    ['Float32Array', new Float32Array(), '[]'],
    ['BigInt64Array', BigInt64Array.of(-1n, 2n ** 60n), '[-1,1152921504606846976]'],
    ['Date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['Date that toJSON returns', { toJSON: () => new Date(0) }, '"1970-01-01T00:00:00.000Z"'],
    ['URL', new URL('http://localhost/a'), '"http://localhost/a"'],
    ['boxed text', new String('s'), '"s"'],
    ['boxed boolean', new Boolean(false), 'false'],
    ['Error with a toJSON', Object.assign(new Error('no'), { toJSON: () => 'no' }), '"no"'],
    ['object without a prototype', Object.create(null), '{}'],
  ];
  for (const [index, [what, value, json]] of cases.entries()) {
    it(`are written: ${what} (${index})`, () => {
      expect(sent({ a: 1, b: value, c: [value] })).toBe(`{"a":1,"b":${json},"c":[${json}]}`);
    });
  }

  it('have their path in a typed array, too', () => {
    expect(refusal({ a: Float64Array.of(1, Number.NaN) })).toBe('a[1]: NaN has no JSON form.');
  });

  it('are written for a bigint whatever its prototype says', () => {
    Object.defineProperty(BigInt.prototype, 'toJSON', { value: () => 'text', configurable: true });
    try {
      expect(sent({ n: 1n })).toBe('{"n":1}');
    } finally {
      Reflect.deleteProperty(BigInt.prototype, 'toJSON');
    }
  });
});

describe('Values of another realm in JSON', () => {
  const foreign = (code: string): unknown => runInNewContext(code, { Buffer });

  it('are written as those of this realm', () => {
    expect(sent(foreign('({ a: [1, { b: "x" }], c: {}, d: null })'))).toBe('{"a":[1,{"b":"x"}],"c":{},"d":null}');
    expect(sent(foreign('({ at: new Date(0), bytes: new Uint8Array([1, 2]), list: new Uint16Array([3]) })'))).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","bytes":"AQI=","list":[3]}',
    );
    expect(sent(foreign('({ buffer: new ArrayBuffer(2), view: new DataView(new ArrayBuffer(1)), big: 1n })'))).toBe(
      '{"buffer":"AAA=","view":"AA==","big":1}',
    );
    expect(sent({ at: foreign('new Date(0)'), list: foreign('[1]'), object: foreign('({ a: 1 })') })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","list":[1],"object":{"a":1}}',
    );
    expect(sent(foreign('({})'))).toBe('{}');
    expect(sent(foreign('new (class Reading { temp = 1 })()'))).toBe('{"temp":1}');
  });

  it('are refused as those of this realm', () => {
    for (const [code, what] of [
      ['new Map([[1, 2]])', 'a Map'],
      ['new Set([1])', 'a Set'],
      ['new Error("no")', 'an Error'],
      ['Promise.resolve(1)', 'a Promise'],
      ['new Date(NaN)', 'an invalid Date'],
      ['new (class Hidden { #a = 1 })()', 'an instance of Hidden'],
      ['NaN', 'NaN'],
    ] as const) {
      expect(refusal({ a: { b: foreign(code) } })).toMatch(new RegExp(`^a\\.b: ${what} has no JSON form\\.`));
    }
    expect(refusal(foreign('new Map([[1, 2]])'))).toMatch(/^A Map has no JSON form\./);
    expect(refusal(foreign('new Uint8Array(1)'))).toMatch(/got bytes/);
  });
});

describe('Half a surrogate pair in JSON', () => {
  const cut = 'cut 😀'.slice(0, 5);

  it('becomes U+FFFD in values, in keys and nested', () => {
    expect(sent({ a: cut })).toBe('{"a":"cut \ufffd"}');
    expect(sent({ [`k${cut}`]: 1, b: { [cut]: [cut, '\udc00x'] } })).toBe(
      '{"kcut \ufffd":1,"b":{"cut \ufffd":["cut \ufffd","\ufffdx"]}}',
    );
    expect(sent({ a: cut.repeat(10_000) })).toBe(`{"a":"${'cut \ufffd'.repeat(10_000)}"}`);
    expect(sent({ at: new Date(0), a: cut, whole: '😀' })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","a":"cut \ufffd","whole":"😀"}',
    );
  });
});
