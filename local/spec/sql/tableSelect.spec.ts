import { deepStrictEqual } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { createDeltaTable } from '../../lib/delta/createDeltaTable.ts';
import { protocolFor } from '../../lib/delta/protocolFor.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { deltaSchemaJson } from '../../lib/schema/deltaSchemaJson.ts';
import type { DeltaColumn, DeltaType } from '../../lib/schema/deltaType.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { querySql } from '../../lib/sql/querySql.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { type ExpectedValue, rowLine, rowsArbitrary, typeArbitrary } from '../flush/columnArbitrary.ts';
import { actionIn, commitAsOther } from '../storage/storeFixture.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('a table whose files differ from its schema', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;
  let dataDir: string;
  let tablePath: string;

  beforeEach(() => {
    duckDb = new DuckDb();
    dataDir = join(temporaryDirectory(), 'data');
    tablePath = join(dataDir, 'tables/main/o/t');
  });

  afterEach(() => duckDb.close());

  /** Creates a table with these columns, and one file for each query. */
  async function make(columns: string, ...selects: readonly string[]): Promise<void> {
    await createDeltaTable(tablePath, parseCreateTable(`CREATE TABLE main.o.t (${columns})`));
    for (const [index, select] of selects.entries()) {
      const path = `${index}.parquet`;
      await duckDb.run(`COPY (${select}) TO ${quoteLiteral(join(tablePath, path))} (FORMAT parquet)`);
      await commitAsOther(tablePath, {
        add: { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true },
      });
    }
  }

  async function rows(select = 'SELECT * FROM this'): Promise<readonly unknown[]> {
    return (await readTable(tablePath, select)).rows;
  }

  const kinds =
    'b TINYINT, c SMALLINT, d INT, e BIGINT, f FLOAT, g DOUBLE, h STRING, i VARCHAR(5), j BOOLEAN, k BINARY, l DATE, m TIMESTAMP, ' +
    'n TIMESTAMP_NTZ, o DECIMAL(38, 10), p VARIANT, q ARRAY<VARIANT>, r MAP<STRING, STRUCT<v: VARIANT, w: ARRAY<INT>>>, ' +
    's STRUCT<x: STRUCT<y: VARIANT>>';

  it('has NULL in columns of every type that no file has', async () => {
    await make(`a INT, ${kinds}`, 'SELECT 1 AS a', 'SELECT 2 AS a');
    const nulls = kinds.match(/\b[b-s] [A-Z]/g)?.map(() => null) as null[];
    expect(nulls.length).toBe(18);
    expect(await rows('SELECT * FROM this ORDER BY a')).toEqual([
      [1, ...nulls],
      [2, ...nulls],
    ]);
    const { rows: counted } = await querySql(
      dataDir,
      'SELECT count(*), count(p), count(s.x.y), count(r) FROM main.o.t',
    );
    expect(counted).toEqual([['2', '0', '0', '0']]);
  });

  it('has NULL in nested fields that no file, or one of two files, has', async () => {
    await make(
      'n INT, s STRUCT<x: INT, y: STRING, t: STRUCT<p: INT, v: VARIANT>>, l ARRAY<STRUCT<x: INT, y: DATE>>, m MAP<STRING, STRUCT<x: INT, y: INT>>',
      `SELECT 1 AS n, {'x': 1, 't': {'p': 5}} AS s, [{'x': 2}, NULL] AS l, MAP {'k': {'x': 3}, 'z': NULL} AS m`,
    );
    const first = [
      1,
      { x: 1, y: null, t: { p: 5, v: null } },
      [{ x: 2, y: null }, null],
      [
        { key: 'k', value: { x: 3, y: null } },
        { key: 'z', value: null },
      ],
    ];
    expect(await rows()).toEqual([first]);
    await duckDb.run(
      `COPY (SELECT MAP {'k': {'y': 7, 'x': 6}} AS m, [{'y': DATE '2020-02-02', 'x': 8}] AS l, {'y': 'text', 'x': 9} AS s, 2 AS n)
       TO ${quoteLiteral(join(tablePath, 'other.parquet'))} (FORMAT parquet)`,
    );
    await commitAsOther(tablePath, {
      add: { path: 'other.parquet', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true },
    });
    expect(await rows('SELECT * FROM this ORDER BY n')).toEqual([
      first,
      [2, { x: 9, y: 'text', t: null }, [{ x: 8, y: '2020-02-02' }], [{ key: 'k', value: { x: 6, y: 7 } }]],
    ]);
  });

  it('distinguishes a struct that lacks all of its fields from one that is NULL', async () => {
    await make(
      'n INT, s STRUCT<x: INT>, l ARRAY<STRUCT<x: VARIANT>>',
      "SELECT 1 AS n, {'old': 1} AS s, [{'old': 1}] AS l",
      'SELECT 2 AS n, NULL::STRUCT("old" INT) AS s, NULL::STRUCT("old" INT)[] AS l',
    );
    expect(await rows('SELECT * FROM this ORDER BY n')).toEqual([
      [1, { x: null }, [{ x: null }]],
      [2, null, null],
    ]);
  });

  it('has no column that only files have, whatever its type, and finds the others in any order and case', async () => {
    await make(
      'a INT, b STRUCT<x: INT, y: INT>',
      "SELECT {'Y': 1, 'x': 2} AS B, 'text' AS gone, 3 AS A",
      "SELECT 4 AS a, {'x': 5, 'gone': 6} AS b, {'z': 1} AS gone",
      'SELECT [1] AS gone',
    );
    expect(await rows('SELECT * FROM this ORDER BY a')).toEqual([
      [3, { x: 2, y: 1 }],
      [4, { x: 5, y: null }],
      [null, null],
    ]);
  });

  it('has values of narrower types', async () => {
    await make(
      'a BIGINT, b DOUBLE, c DECIMAL(20, 4), d TIMESTAMP_NTZ, e ARRAY<BIGINT>, f TINYINT',
      "SELECT 1::TINYINT AS a, 1.5::FLOAT AS b, 2.25::DECIMAL(5, 2) AS c, DATE '2020-02-02' AS d, [1::SMALLINT] AS e, 7::INT AS f",
      'SELECT 9007199254740993 AS a, 3::DOUBLE AS b, 4::DECIMAL(20, 4) AS c, NULL::TIMESTAMP AS d, [9007199254740993] AS e, NULL::TINYINT AS f',
    );
    expect(await rows('SELECT * FROM this ORDER BY b')).toEqual([
      ['1', 1.5, '2.2500', '2020-02-02 00:00:00', ['1'], 7],
      ['9007199254740993', 3, '4.0000', null, ['9007199254740993'], null],
    ]);
  });

  it('has columns of the right types without any file', async () => {
    await make('a INT, v VARIANT, s STRUCT<x: INT, v: VARIANT>');
    expect(await rows('SELECT column_name, column_type FROM (DESCRIBE this)')).toEqual([
      ['a', 'INTEGER'],
      ['v', 'VARIANT'],
      ['s', 'STRUCT(x INTEGER, v VARIANT)'],
    ]);
  });

  it('has the values of its files and otherwise NULL after any columns and fields were added', async () => {
    const property = fc.asyncProperty(
      fc
        .array(typeArbitrary, { minLength: 1, maxLength: 4 })
        .map((types) => types.map((type, index): DeltaColumn => ({ name: `C${index}`, type, nullable: true })))
        .chain((columns) =>
          prunedArbitrary(columns).chain((old) => fc.tuple(fc.constant(columns), fc.constant(old), rowsArbitrary(old))),
        ),
      async ([columns, old, written]) => {
        const runDir = await mkdtemp(join(temporaryDirectory(), 'run-'));
        const definition = { catalog: 'main', schema: 'o', name: 't', columns: old };
        const store = await openTableStore({ dataDir: runDir, tables: [definition], onError: fail });
        await store.append('main.o.t', Buffer.from(written.map((row) => rowLine(old, row)).join('')), written.length);
        await store.close();
        tablePath = store.tablePath('main.o.t');
        const metaData = await actionIn(tablePath, 0, 'metaData');
        await commitAsOther(
          tablePath,
          { protocol: protocolFor(columns) },
          { metaData: { ...metaData, schemaString: deltaSchemaJson(columns) } },
        );
        deepStrictEqual(
          await rows(),
          written.map((row) => columns.map((column) => expected(column, old, row))),
        );
        await rm(runDir, { recursive: true });
      },
    );
    await expectAsync(fc.assert(property, { numRuns: 15 })).toBeResolved();
  }, 60_000);
});

/** The columns without some of them, and without some fields of their structs. At least one is left of each. */
function prunedArbitrary(columns: readonly DeltaColumn[]): fc.Arbitrary<readonly DeltaColumn[]> {
  return fc
    .subarray([...columns], { minLength: 1 })
    .chain((kept) =>
      fc.tuple(
        ...kept.map(({ name, type }) =>
          prunedType(type).map((pruned): DeltaColumn => ({ name, type: pruned, nullable: true })),
        ),
      ),
    )
    .chain((kept) => fc.shuffledSubarray(kept, { minLength: kept.length }));
}

function prunedType(type: DeltaType): fc.Arbitrary<DeltaType> {
  switch (type.kind) {
    case 'array':
      return prunedType(type.element).map((element) => ({ ...type, element }));
    case 'map':
      return prunedType(type.value).map((value) => ({ ...type, value }));
    case 'struct':
      return prunedArbitrary(type.fields).map((fields) => ({ kind: 'struct', fields }));
    default:
      return fc.constant(type);
  }
}

function expected(column: DeltaColumn, old: readonly DeltaColumn[], row: readonly ExpectedValue[]): unknown {
  const index = old.findIndex(({ name }) => name === column.name);
  return index < 0 ? null : widened(column.type, row[index]?.read);
}

/** A value as it is read when its type has all fields. */
function widened(type: DeltaType, value: unknown): unknown {
  if (value === null) {
    return null;
  }
  switch (type.kind) {
    case 'array':
      return (value as readonly unknown[]).map((item) => widened(type.element, item));
    case 'map':
      return (value as readonly { readonly key: unknown; readonly value: unknown }[]).map((entry) => ({
        key: entry.key,
        value: widened(type.value, entry.value),
      }));
    case 'struct': {
      const members = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(
        type.fields.map((field) => [field.name, widened(field.type, members[field.name] ?? null)]),
      );
    }
    default:
      return value;
  }
}
