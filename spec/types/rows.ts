/**
 * Table definitions and rows that the compiler must accept or refuse. The code never runs. It is compiled with the
 * specs, and compilation fails if a line that is marked as an error compiles.
 */
import {
  array,
  bigint,
  binary,
  boolean,
  date,
  decimal,
  double,
  int,
  map,
  string,
  struct,
  timestamp,
  variant,
} from '../../columns.ts';
import { defineTable, encodeRow, type RowOf } from '../../index.ts';

/** Never called. */
export function typesOfRows(): readonly unknown[] {
  const readings = defineTable('main.iot.readings', {
    device: string(),
    temp: int().notNull(),
    count: bigint(),
    price: decimal(10, 2),
    at: timestamp(),
    day: date(),
    raw: binary(),
    ok: boolean(),
    tags: array(string()),
    limits: map(string(), double()),
    byNumber: map(int(), struct({ text: string().notNull() })),
    position: struct({ lat: double().notNull(), accuracy: double() }),
    payload: variant(),
  });

  type Reading = RowOf<typeof readings>;

  /** Whether two types are identical, not just assignable to each other. */
  type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
  const isSame = <T extends true>(_: T | undefined): void => undefined;

  isSame<
    Same<
      RowOf<ReturnType<typeof tiny>>,
      {
        readonly id: number;
        readonly name?: string | null | undefined;
        readonly seen?: Date | number | null | undefined;
      }
    >
  >(undefined);

  function tiny() {
    return defineTable('a.b.c', { id: int().notNull(), name: string(), seen: date() });
  }

  /** A function that creates the columns defines the same rows as the columns themselves. */
  const sameReadings = defineTable('main.iot.readings', (t) => ({
    device: t.string(),
    temp: t.int().notNull(),
    count: t.bigint(),
    price: t.decimal(10, 2),
    at: t.timestamp(),
    day: t.date(),
    raw: t.binary(),
    ok: t.boolean(),
    tags: t.array(t.string()),
    limits: t.map(t.string(), t.double()),
    byNumber: t.map(t.int(), t.struct({ text: t.string().notNull() })),
    position: t.struct({ lat: t.double().notNull(), accuracy: t.double() }),
    payload: t.variant(),
  }));
  isSame<Same<RowOf<typeof sameReadings>, Reading>>(undefined);

  const named = defineTable('a.b.c', (t) => ({ id: t.int().notNull(), tags: array(t.string()) }), { messageName: 'X' });
  isSame<Same<RowOf<typeof named>, { readonly id: number; readonly tags?: readonly string[] | null | undefined }>>(
    undefined,
  );

  /** Values in every form. */
  const rows: readonly Reading[] = [
    { temp: 1 },
    { temp: 1, device: null, tags: null, position: undefined },
    {
      temp: 1,
      device: 'd',
      count: 12n,
      price: '1.50',
      at: new Date(),
      day: 19_000,
      raw: Buffer.from('x'),
      ok: true,
      tags: ['a'],
      limits: { max: 1 },
      byNumber: new Map([[1, { text: 'one' }]]),
      position: { lat: 1 },
      payload: { any: ['json', 1, null, { deep: true }] },
    },
    { temp: 1, count: 7, at: 7n, limits: new Map([['max', 1]]), byNumber: { '1': { text: 'one' } } },
  ];

  /** Rows that must not compile. */
  const wrongRows: readonly Reading[] = [
    // @ts-expect-error: temp is NOT NULL
    { device: 'd' },
    // @ts-expect-error: temp is NOT NULL, so it cannot be null
    { temp: null },
    // @ts-expect-error: there is no such column
    { temp: 1, humidity: 2 },
    // @ts-expect-error: expected number
    { temp: '1' },
    // @ts-expect-error: expected string
    { temp: 1, device: 1 },
    // @ts-expect-error: decimals are exact, numbers are not
    { temp: 1, price: 1.5 },
    // @ts-expect-error: a 64-bit integer is not text
    { temp: 1, count: '7' },
    // @ts-expect-error: a timestamp is not text
    { temp: 1, at: '2026-01-01' },
    // @ts-expect-error: bytes are not text
    { temp: 1, raw: 'eA==' },
    // @ts-expect-error: a list is not a single value
    { temp: 1, tags: 'a' },
    // @ts-expect-error: a list cannot contain NULL
    { temp: 1, tags: ['a', null] },
    // @ts-expect-error: the values are numbers
    { temp: 1, limits: { max: '1' } },
    // @ts-expect-error: the keys are numbers
    { temp: 1, byNumber: new Map([['1', { text: 'one' }]]) },
    // @ts-expect-error: text is NOT NULL
    { temp: 1, byNumber: { '1': {} } },
    // @ts-expect-error: lat is NOT NULL
    { temp: 1, position: { accuracy: 1 } },
    // @ts-expect-error: a Date is not a JSON value
    { temp: 1, payload: { at: new Date() } },
    // @ts-expect-error: a function is not a JSON value
    { temp: 1, payload: () => 1 },
  ];

  /** Columns that protobuf does not support. */
  const wrongColumns = (): unknown => [
    // @ts-expect-error: no lists of lists
    array(array(string())),
    // @ts-expect-error: no lists of maps
    array(map(string(), int())),
    // @ts-expect-error: no maps of maps
    map(string(), map(string(), int())),
    // @ts-expect-error: no maps of lists
    map(string(), array(int())),
    // @ts-expect-error: no structs as keys
    map(struct({ a: int() }), int()),
    // @ts-expect-error: no floating-point numbers as keys
    map(double(), int()),
    // @ts-expect-error: no bytes as keys
    map(binary(), int()),
    // @ts-expect-error: a decimal needs its precision
    decimal(),
    // @ts-expect-error: the call is missing
    array(string),
    // @ts-expect-error: the call is missing
    defineTable('a.b.c', { name: string }),
    // @ts-expect-error: the call is missing
    defineTable('a.b.c', (t) => ({ name: t.string })),
    // @ts-expect-error: there is no such builder
    defineTable('a.b.c', (t) => ({ name: t.text() })),
    // @ts-expect-error: the function returns nothing
    defineTable('a.b.c', (t) => void { name: t.string() }),
    // @ts-expect-error: no lists of lists
    defineTable('a.b.c', (t) => ({ names: t.array(t.array(t.string())) })),
    // @ts-expect-error: encodeRow requires a row of the definition
    encodeRow(readings, { temp: 'warm' }),
  ];

  /** Inside a STRUCT, the same types are supported. */
  const rightColumns = (): unknown => [
    array(struct({ list: array(string()) })),
    map(string().notNull(), struct({ map: map(int(), int()) })),
    array(array(string()) as never),
  ];

  return [rows, wrongRows, wrongColumns, rightColumns];
}
