import fc from 'fast-check';
import { NEVER, of, throwError } from 'rxjs';

/** An object that throws whatever is done with it. */
function throwing(error: unknown): object {
  const trap = (): never => fail(error);
  return new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap });
}

/** An object that is no longer one. */
function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function cyclic(isArray: boolean): object {
  const value: Record<string, unknown> = { n: 1 };
  value['self'] = isArray ? [value] : { value };
  return value;
}

function withGetter(get: () => unknown): object {
  return Object.defineProperty({ n: 1 }, 'x', { enumerable: true, get });
}

/** An object whose field has another value each time it is read. */
function changing(values: readonly unknown[]): object {
  let reads = 0;
  return withGetter(() => values[reads++ % Math.max(values.length, 1)]);
}

function nested(depth: number, isArray: boolean): object {
  let value: object = {};
  for (let at = 0; at < depth; at++) {
    value = isArray ? [value] : { x: value };
  }
  return { value };
}

class Hollow {
  readonly #content = 1;
  get content(): number {
    return this.#content;
  }
}

/** Values that a string can't be made of, or that throw when they are looked at. */
const hostile: readonly (() => unknown)[] = [
  () => Object.create(null),
  () => revoked({}),
  () => revoked([]),
  () => revoked(() => 0),
  () => throwing(new Error('no')),
  () => throwing(Object.create(null)),
  () => throwing(revoked({})),
  () => ({ toString: () => ({}), valueOf: () => ({}) }),
  () => ({ [Symbol.toPrimitive]: () => Symbol('p') }),
  () => Symbol('s'),
  () => Symbol.iterator,
];

/** Values that look like one thing and are another. */
const disguised: readonly (() => unknown)[] = [
  () => Object.create(Date.prototype),
  () => Object.create(Array.prototype),
  () => Object.create(Map.prototype),
  () => Object.create(Uint8Array.prototype),
  () => Object.create(Promise.prototype),
  () => Object.create(Error.prototype),
  () => Object.create({ n: 1 }),
  () => new Hollow(),
  () => new Date(Number.NaN),
  () => new Proxy(new Date(0), {}),
  () => new Proxy(new Map([[1, 2]]), {}),
  () => new Proxy(new Uint8Array(3), {}),
  () => new Proxy([1, 2], { get: (target, key) => (key === 'length' ? 2 ** 53 : Reflect.get(target, key)) }),
  () => new Proxy({ n: 1 }, { ownKeys: () => ['a', 'b'] }),
  () => ({ length: -1, 0: 'x' }),
  () => ({ constructor: null, hasOwnProperty: 1, __proto__: null }),
  () => JSON.parse('{"__proto__":{"n":1},"n":2}'),
  () => new Array(2 ** 32 - 1),
  () => Object.assign([1, 2], { 5: 3, x: 1 }),
  detached,
  () => new DataView(new ArrayBuffer(2)),
  () => new SharedArrayBuffer(4),
  () => new Float64Array([Number.NaN, 1]),
  () => new BigInt64Array([1n]),
  () => Object(1n),
  () => Object(Symbol('boxed')),
  () => new String('{"n":1}'),
  () => new Number(Number.NaN),
  () => new Boolean(false),
  () => new WeakMap(),
  () => /x/g,
  () => new Error('an error'),
  () => function named() {},
  () => async () => 1,
  () => class Named {},
  () => globalThis,
  () => Math,
  () => JSON,
  () => Promise.resolve({ n: 1 }),
  () => Object.fromEntries([['then', (resolve: (value: unknown) => void) => resolve({ n: 1 })]]),
  () =>
    Object.fromEntries([
      ['then', 1],
      ['subscribe', 2],
      ['pipe', 3],
    ]),
  () => NEVER,
  () => of(1),
  () => throwError(() => Object.create(null)),
  () => new AbortController().signal,
  () => AbortSignal.abort(Symbol('reason')),
  () => ({ aborted: true }),
  () =>
    (function* numbers() {
      yield 1;
    })(),
  () => ({ [Symbol.iterator]: 1 }),
  () => ({ [Symbol.iterator]: () => ({}) }),
  () => ({ [Symbol.asyncIterator]: () => null }),
  () => ({ next: 1, error: 2, complete: 3 }),
  () => ({ getHeaders: () => Symbol('headers') }),
  () => ({ getHeaders: async () => ({ authorization: 'Bearer \n' }) }),
  () => ({ now: () => Number.NaN, schedule: () => undefined }),
  () => ({ serializeBinary: () => revoked({}) }),
  () => new URL('https://host/path'),
  () => ({ href: 'file:///x', protocol: 1 }),
];

const toJson: readonly ((value: unknown) => unknown)[] = [
  (value) => ({ toJSON: () => value }),
  (value) => ({ toJSON: value }),
  (value) => ({
    toJSON: () => {
      throw value;
    },
  }),
  () => ({
    n: 1,
    toJSON(): unknown {
      return this;
    },
  }),
  () => {
    const toJSON = (): unknown => ({ x: { toJSON } });
    return { toJSON };
  },
];

/** Makes a value. fast-check looks at values, which some of these do not bear. */
export type Make = () => unknown;

const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    -1,
    0,
    0.5,
    1,
    2,
    2 ** 31,
    2 ** 53,
    1e300,
  ),
  fc.constantFrom(
    undefined,
    null,
    true,
    false,
    '',
    ' ',
    '{}',
    '{"n":1}',
    '[1]',
    'nonsense',
    '\ud83d',
    0n,
    -1n,
    2n ** 64n,
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.nat({ max: 3 }).map((size) => '\udc00x'.repeat(10 ** (size * 2))),
  fc.uint8Array({ maxLength: 10 }),
  fc.anything({
    maxDepth: 2,
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  }),
);

const leaf: fc.Arbitrary<Make> = fc.oneof(
  fc.constantFrom(...hostile, ...disguised),
  oddValues.map((value) => () => value),
);

/** Any value at all, made afresh each time. */
export const strangeValue: fc.Arbitrary<Make> = fc.oneof(
  { weight: 6, arbitrary: leaf },
  fc.tuple(fc.constantFrom('n', 'x', 's', 'l', 'm', 'value', 'c', 'toJSON', '__proto__', ''), leaf).map(
    ([key, make]) =>
      () =>
        Object.defineProperty({ n: 1 }, key, { value: make(), enumerable: true }),
  ),
  leaf.map((make) => () => [make()]),
  leaf.map((make) => () => withGetter(() => fail(make()))),
  fc.array(leaf, { maxLength: 3 }).map((makes) => () => changing(makes.map((make) => make()))),
  fc.tuple(fc.constantFrom(...toJson), leaf).map(
    ([wrap, make]) =>
      () =>
        wrap(make()),
  ),
  fc.boolean().map((isArray) => () => cyclic(isArray)),
  fc.tuple(fc.constantFrom(1, 19, 20, 21, 500, 20_000), fc.boolean()).map(
    ([depth, isArray]) =>
      () =>
        nested(depth, isArray),
  ),
  leaf.map((make) => () => () => make()),
  leaf.map((make) => () => () => fail(make())),
  leaf.map((make) => () => promised(make)),
);

/** A promise. If it rejects, nothing else handles that. */
function promised(make: Make): Promise<unknown> {
  const promise = Promise.resolve().then(make);
  promise.catch(() => {});
  return promise;
}

function fail(error: unknown): never {
  throw error;
}
