import type { Column } from '../../lib/table/column.ts';
import * as columns from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import type { Columns } from '../../lib/table/rowOf.ts';

const { array, bigint, binary, decimal, double, int, map, string, struct, timestamp, varchar } = columns;

/** Defines a table with any columns, as JavaScript can. */
function define(given: unknown): unknown {
  return defineTable('main.iot.readings', given as Columns);
}

describe('defineTable', () => {
  it('keeps the columns in order, nullable by default', () => {
    const table = defineTable('main.iot.readings', { device: string(), temp: int().notNull(), tags: array(string()) });
    expect(table.name).toBe('main.iot.readings');
    expect(table.columns).toEqual([
      { name: 'device', type: { kind: 'string' }, isNullable: true, fieldNumber: 1 },
      { name: 'temp', type: { kind: 'int' }, isNullable: false, fieldNumber: 2 },
      { name: 'tags', type: { kind: 'array', element: { kind: 'string' } }, isNullable: true, fieldNumber: 3 },
    ]);
  });

  it('takes a function that creates the columns with the builders it is called with', () => {
    const table = defineTable('main.iot.readings', (t) => ({ device: t.string().notNull(), tags: t.array(t.int()) }));
    expect(table).toEqual(defineTable('main.iot.readings', { device: string().notNull(), tags: array(int()) }));
    const named = defineTable('a.b.c', (t) => ({ x: t.int() }), { messageName: 'Named' });
    expect(named.message.name).toBe('Named');
  });

  it('calls that function with all the builders', () => {
    defineTable('a.b.c', (t) => {
      expect({ ...t }).toEqual({ ...columns });
      return { x: t.int() };
    });
  });

  it('lets a column have a number of its own', () => {
    const table = defineTable('a.b.c', { x: int().notNull().numbered(7), y: int().numbered(9).notNull(), z: int() });
    expect(table.columns.map(({ fieldNumber, isNullable }) => [fieldNumber, isNullable])).toEqual([
      [7, false],
      [9, false],
      [3, true],
    ]);
  });

  it('does not change a column when another is made from it', () => {
    const column = string();
    const table = defineTable('a.b.c', { x: column, y: column.notNull() });
    expect(table.columns.map(({ isNullable }) => isNullable)).toEqual([true, false]);
  });

  it('returns copies of the descriptor', () => {
    const table = defineTable('a.b.c', { x: int() });
    table.descriptor.fill(0);
    expect(table.descriptor.some((byte) => byte !== 0)).toBeTrue();
  });

  it('refuses a wrong table name', () => {
    expect(() => defineTable('readings', { x: int() })).toThrow(
      jasmine.objectContaining({ code: 'INVALID_TABLE_NAME' }),
    );
  });

  const deep = (depth: number): Column<unknown, true, 'key' | 'value'> =>
    depth === 0 ? int() : struct({ s: deep(depth - 1) });
  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['no columns', () => define({}), /main\.iot\.readings: it has no columns\.$/],
    [
      'a function that returns nothing',
      () => define(() => undefined),
      /main\.iot\.readings: the columns must be an object, or a function that returns one: \(t\) => \({ device: t\.string\(\) }\)\.$/,
    ],
    ['a missing object of columns', () => define(null), /main\.iot\.readings: the columns must be an object/],
    [
      'too many columns',
      () => define(Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`c${index}`, int()]))),
      /it has 2001 columns, but the service accepts at most 2000\.$/,
    ],
    ['a column with a space', () => define({ 'a b': int() }), /column "a b": a name must consist of ASCII letters/],
    ['a column that begins with a digit', () => define({ x1: int(), '1x': int() }), /column "1x": a name/],
    ['a column without a name', () => define({ '': int() }), /column "": a name/],
    ['a column beyond ASCII', () => define({ größe: int() }), /column "größe": a name/],
    ['a field with a dot', () => define({ s: struct({ 'a.b': int() }) }), /column "a\.b" of s: a name/],
    [
      'columns that differ only in case',
      () => define({ Ab: int(), aB: int() }),
      /column aB: the name differs from Ab only in case\.$/,
    ],
    [
      'fields that differ only in case',
      () => define({ s: struct({ x: int(), X: int() }) }),
      /column s\.X: the name differs from x only in case\.$/,
    ],
    ['an empty STRUCT', () => define({ s: array(struct({})) }), /column s\[\]: a STRUCT needs at least one field\.$/],
    [
      'a duplicate number',
      () => define({ x: int().numbered(2), y: int() }),
      /column y: x already has the field number 2\.$/,
    ],
    [
      'field number 0',
      () => int().numbered(0),
      /Invalid column: a protobuf field number must be an integer from 1 to 536870911, got 0\.$/,
    ],
    [
      'a number that protobuf reserves',
      () => int().numbered(19_500),
      /protobuf reserves the field numbers 19000 to 19999, got 19500\.$/,
    ],
    [
      'arrays in arrays',
      () => define({ a: array(array(int()) as never) }),
      /column a: ARRAY<ARRAY<INT>>: protobuf cannot nest arrays in arrays\. Put the inner array into a STRUCT\.$/,
    ],
    ['maps in arrays', () => define({ a: array(map(int(), int()) as never) }), /cannot nest maps in arrays/],
    ['maps in maps', () => define({ a: map(int(), map(int(), int()) as never) }), /cannot nest maps in maps/],
    [
      'arrays in maps',
      () => define({ s: struct({ a: map(int(), array(int()) as never) }) }),
      /column s\.a: .*cannot nest arrays in maps/,
    ],
    [
      'floating-point keys',
      () => define({ m: map(double() as never, int()) }),
      /column m: a MAP cannot have keys of type DOUBLE\. Use /,
    ],
    ['keys of bytes', () => define({ m: map(binary() as never, int()) }), /keys of type BINARY/],
    ['keys of decimals', () => define({ m: map(decimal(3, 1) as never, int()) }), /keys of type DECIMAL\(3,1\)/],
    ['keys of structs', () => define({ m: map(struct({ x: int() }) as never, int()) }), /keys of type STRUCT<x: INT>/],
    [
      'types that are nested too deep',
      () => define({ s: deep(101) }),
      /types can be nested at most 100 levels deep\.$/,
    ],
    [
      'a builder that was not called',
      () => define({ a: string }),
      /the column "a" must be a column such as string\(\), got function \(is the call missing, or is it a function of that name from another package, such as map of rxjs\?\)\.$/,
    ],
    [
      'an operator of rxjs instead of a column',
      () => array(((x: unknown) => x) as never),
      /array: the element must be a column/,
    ],
    [
      'text instead of a column',
      () => map('string' as never, int()),
      /map: the key must be a column such as string\(\), got string\.$/,
    ],
    [
      'a null field',
      () => struct({ x: null as never }),
      /struct: the field "x" must be a column such as string\(\), got null\.$/,
    ],
    ['VARCHAR(0)', () => varchar(0), /the length of a varchar must be an integer of at least 1, got 0\.$/],
    ['DECIMAL(39, 0)', () => decimal(39), /from 1 to 38, got 39\.$/],
    ['DECIMAL(3, 4)', () => decimal(3, 4), /from 0 to its precision 3, got 4\.$/],
    [
      'a message name with a dot',
      () => defineTable('a.b.c', { x: int() }, { messageName: 'a.b' }),
      /messageName must consist of letters, .*got "a\.b"\.$/,
    ],
  ];
  for (const [what, act, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(act).toThrow(
        jasmine.objectContaining({ name: 'ZerobusError', code: 'INVALID_SCHEMA', isRetryable: false }),
      );
      expect(act).toThrowError(message);
    });
  }

  it('accepts columns at the limits', () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`c${index}`, int()]));
    expect(defineTable('a.b.c', many).columns).toHaveSize(2000);
    expect(defineTable('a.b.c', { s: deep(99) }).columns).toHaveSize(1);
    for (const key of [string(), varchar(3), bigint(), int(), columns.boolean(), columns.date(), timestamp()]) {
      const anyKey: Column<unknown, true, 'key'> = key;
      expect(defineTable('a.b.c', { m: map(anyKey, int()) }).columns).toHaveSize(1);
    }
  });
});
