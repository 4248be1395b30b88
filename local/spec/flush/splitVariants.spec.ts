import { deepStrictEqual } from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { splitVariants } from '../../lib/flush/splitVariants.ts';
import { mendFooter } from '../../lib/parquet/mendFooter.ts';
import type { DeltaColumn, DeltaTable, DeltaType } from '../../lib/schema/deltaType.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { rowLine, rowsArbitrary, typeArbitrary } from './columnArbitrary.ts';

/** The type with a variant instead of each string, except in keys. */
function withVariants(type: DeltaType): DeltaType {
  switch (type.kind) {
    case 'string':
    case 'varchar':
      return { kind: 'variant' };
    case 'array':
      return { ...type, element: withVariants(type.element) };
    case 'map':
      return { ...type, value: withVariants(type.value) };
    case 'struct':
      return { ...type, fields: type.fields.map((field) => ({ ...field, type: withVariants(field.type) })) };
    default:
      return type;
  }
}

const columnsArbitrary: fc.Arbitrary<readonly DeltaColumn[]> = fc
  .array(fc.oneof(typeArbitrary.map(withVariants), fc.constant<DeltaType>({ kind: 'variant' })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((types) => types.map((type, index) => ({ name: `Column_${index}`, type, nullable: true })));

const { columns: nestedColumns } = parseCreateTable(`CREATE TABLE main.spec.nested (n INT, v VARIANT, l ARRAY<VARIANT>,
  m MAP<STRING, VARIANT>, s STRUCT<a: INT, v: VARIANT, l: ARRAY<ARRAY<VARIANT>>>, d ARRAY<STRUCT<v: VARIANT, b: INT>>,
  e MAP<INT, ARRAY<VARIANT>>, f ARRAY<MAP<STRING, VARIANT>>, g DOUBLE, h ARRAY<STRING>)`);

describe('a file with variants', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;

  beforeEach(() => {
    duckDb = new DuckDb();
  });

  afterEach(() => duckDb.close());

  async function rowsOf(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await duckDb.run(sql)).getRowsJson();
  }

  /** Writes the row lines through a store. @returns the path of the data file, as a SQL literal */
  async function write(columns: readonly DeltaColumn[], lines: readonly string[], dataDir: string): Promise<string> {
    const table: DeltaTable = { catalog: 'main', schema: 'spec', name: 'variants', columns };
    const store = await openTableStore({ dataDir, tables: [table], onError: fail });
    await store.append('main.spec.variants', Buffer.from(lines.join('')), lines.length);
    await store.close();
    const folder = join(dataDir, 'tables/main/spec/variants');
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.parquet'));
    return quoteLiteral(join(folder, String(file)));
  }

  it('has the optional group with two required binaries that Spark asks for, in every position', async () => {
    const path = await write(nestedColumns, ['{"n":1,"g":-0.0,"s":{"a":7}}\n'], temporaryDirectory());
    const schema = await rowsOf(`SELECT name, repetition_type, num_children FROM parquet_schema(${path})`);
    const variant = (name: string) => [[name, 'OPTIONAL', '2'], ...halves];
    const halves = ['metadata', 'value'].map((name) => [name, 'REQUIRED', null]);
    const list = [['list', 'REPEATED', '1']];
    const map = (key: string) => [
      [key, 'OPTIONAL', '1'],
      ['key_value', 'REPEATED', '2'],
      ['key', 'REQUIRED', null],
    ];
    expect(schema.slice(1)).toEqual([
      ['n', 'OPTIONAL', null],
      ...variant('v'),
      ['l', 'OPTIONAL', '1'],
      ...list,
      ...variant('element'),
      ...map('m'),
      ...variant('value'),
      ['s', 'OPTIONAL', '3'],
      ['a', 'OPTIONAL', null],
      ...variant('v'),
      ['l', 'OPTIONAL', '1'],
      ...list,
      ['element', 'OPTIONAL', '1'],
      ...list,
      ...variant('element'),
      ['d', 'OPTIONAL', '1'],
      ...list,
      ['element', 'OPTIONAL', '2'],
      ...variant('v'),
      ['b', 'OPTIONAL', null],
      ...map('e'),
      ['value', 'OPTIONAL', '1'],
      ...list,
      ...variant('element'),
      ['f', 'OPTIONAL', '1'],
      ...list,
      ...map('element'),
      ...variant('value'),
      ['g', 'OPTIONAL', null],
      ['h', 'OPTIONAL', '1'],
      ...list,
      ['element', 'OPTIONAL', null],
    ]);
    expect(schema[0]).toEqual(['duckdb_schema', 'REQUIRED', '10']);
    const leaves = await rowsOf(`SELECT path_in_schema FROM parquet_metadata(${path}) ORDER BY column_id`);
    expect(leaves.map(([name]) => name)).toEqual([
      'n',
      ...['v', 'l, list, element'].flatMap((name) => [`${name}, metadata`, `${name}, value`]),
      'm, key_value, key',
      ...['m, key_value, value'].flatMap((name) => [`${name}, metadata`, `${name}, value`]),
      's, a',
      ...['s, v', 's, l, list, element, list, element', 'd, list, element, v'].flatMap((name) => [
        `${name}, metadata`,
        `${name}, value`,
      ]),
      'd, list, element, b',
      'e, key_value, key',
      ...['e, key_value, value, list, element'].flatMap((name) => [`${name}, metadata`, `${name}, value`]),
      'f, list, element, key_value, key',
      ...['f, list, element, key_value, value'].flatMap((name) => [`${name}, metadata`, `${name}, value`]),
      'g',
      'h, list, element',
    ]);
  });

  it('has every value, and NULL wherever it was, whatever its columns are', async () => {
    const property = fc.asyncProperty(
      columnsArbitrary.chain((columns) => fc.tuple(fc.constant(columns), rowsArbitrary(columns))),
      async ([columns, rows]) => {
        const dataDir = await mkdtemp(join(temporaryDirectory(), 'run-'));
        const lines = rows.map((row) => rowLine(columns, row));
        const read = await rowsOf(`FROM read_parquet(${await write(columns, lines, dataDir)})`);
        await rm(dataDir, { recursive: true });
        deepStrictEqual(
          read,
          rows.map((row) => row.map((value) => value.read)),
        );
      },
    );
    await expectAsync(fc.assert(property, { numRuns: 60 })).toBeResolved();
  }, 60_000);

  it('has the pages that DuckDB wrote, in any number of row groups', async () => {
    const path = join(temporaryDirectory(), 'file.parquet');
    const columns = nestedColumns.filter(({ name }) => ['n', 'v', 'l', 'm'].includes(name));
    const variant = (text: string) => `zerobus_variant(encode(${text}))`;
    const select = `SELECT i AS n, if(i % 3 = 0, NULL, ${variant("repeat('1', 1 + i % 20)")}) AS v,
      if(i % 5 = 0, NULL, [${variant('i::VARCHAR')}, NULL, ${variant("'null'")}][: i % 4]) AS l,
      if(i % 7 = 0, NULL, map_from_entries([{'key': 'k' || i, 'value': if(i % 2 = 0, NULL, ${variant('i::VARCHAR')})}])) AS m
      FROM range(10000) r(i)`;
    await duckDb.run(
      `COPY (${splitVariants(select, columns)}) TO ${quoteLiteral(path)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
    );
    const before = await readFile(path);
    await mendFooter(path, { hasVariants: true, hasFloats: false });
    const after = await readFile(path);
    const pages = before.length - 8 - before.readUInt32LE(before.length - 8);
    expect(after.length - 8 - after.readUInt32LE(after.length - 8)).toBe(pages);
    expect(after.subarray(0, pages).equals(before.subarray(0, pages))).toBe(true);
    const name = quoteLiteral(path);
    expect(await rowsOf(`SELECT num_row_groups FROM parquet_file_metadata(${name})`)).toEqual([['5']]);
    expect(await rowsOf(`FROM ${name} ORDER BY n`)).toEqual(await rowsOf(`FROM (${select}) ORDER BY n`));
    // NULLs are counted as they are in a group with required leaves.
    expect(
      await rowsOf(
        `SELECT path_in_schema, sum(stats_null_count) FROM parquet_metadata(${name}) WHERE path_in_schema LIKE 'v,%' GROUP BY ALL ORDER BY ALL`,
      ),
    ).toEqual([
      ['v, metadata', '3334'],
      ['v, value', '3334'],
    ]);
    await mendFooter(path, { hasVariants: true, hasFloats: false });
    expect((await readFile(path)).equals(after)).toBe(true);
  });

  it('is read together with a file in which the binaries may be null', async () => {
    const folder = temporaryDirectory();
    const [old, current] = ['old', 'current'].map((name) => join(folder, `${name}.parquet`)) as [string, string];
    const columns = nestedColumns.filter(({ name }) => ['n', 'v', 'l'].includes(name));
    const select = "SELECT 1 AS n, zerobus_variant('1'::BLOB) AS v, [zerobus_variant('2'::BLOB), NULL] AS l";
    await duckDb.run(`COPY (${select}) TO ${quoteLiteral(old)} (FORMAT parquet)`);
    await duckDb.run(`COPY (${splitVariants(select, columns)}) TO ${quoteLiteral(current)} (FORMAT parquet)`);
    await mendFooter(current, { hasVariants: true, hasFloats: false });
    const read = await rowsOf(
      `FROM read_parquet([${quoteLiteral(old)}, ${quoteLiteral(current)}], union_by_name = true)`,
    );
    expect(read).toEqual([...(await rowsOf(select)), ...(await rowsOf(select))]);
  });
});
