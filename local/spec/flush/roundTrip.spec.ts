import { deepStrictEqual } from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@duckdb/node-api';
import fc from 'fast-check';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import type { DeltaTable } from '../../lib/schema/deltaType.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { type DecodedVariant, decodeVariant } from '../variant/decodeVariant.ts';
import { variantTextArbitrary } from '../variant/variantText.ts';
import { rowLine, rowsArbitrary, typeArbitrary } from './columnArbitrary.ts';

const tableArbitrary: fc.Arbitrary<DeltaTable> = fc
  .array(fc.record({ type: typeArbitrary, nullable: fc.boolean() }), { minLength: 1, maxLength: 6 })
  .map((columns) => ({
    catalog: 'main',
    schema: 'spec',
    name: 'rows',
    columns: columns.map((column, index) => ({ name: `Column_${index}`, ...column })),
  }));

/** Variants in every possible position. */
const variantTable: DeltaTable = {
  catalog: 'main',
  schema: 'spec',
  name: 'variants',
  columns: [
    { name: 'top', type: { kind: 'variant' }, nullable: true },
    { name: 'list', type: { kind: 'array', element: { kind: 'variant' }, containsNull: true }, nullable: true },
    {
      name: 'nested',
      type: { kind: 'struct', fields: [{ name: 'inner', type: { kind: 'variant' }, nullable: true }] },
      nullable: true,
    },
    {
      name: 'map',
      type: { kind: 'map', key: { kind: 'string' }, value: { kind: 'variant' }, valueContainsNull: true },
      nullable: true,
    },
  ],
};

describe('a row on its way from the write-ahead log to a reader', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('keeps every value of every type, and its position', async () => {
    const property = fc.asyncProperty(
      tableArbitrary.chain((table) => fc.tuple(fc.constant(table), rowsArbitrary(table.columns))),
      async ([table, rows]) => {
        const dataDir = await mkdtemp(join(temporaryDirectory(), 'run-'));
        const store = await openTableStore({ dataDir, tables: [table], onError: fail });
        const lines = rows.map((row) => Buffer.from(rowLine(table.columns, row)));
        await Promise.all(lines.map((line) => store.append('main.spec.rows', line, 1)));
        await store.close();
        const read = await readTable(join(dataDir, 'tables/main/spec/rows'));
        await rm(dataDir, { recursive: true });
        deepStrictEqual(
          read.rows,
          rows.map((row) => row.map((value) => value.read)),
        );
      },
    );
    await expectAsync(fc.assert(property, { numRuns: 25 })).toBeResolved();
  }, 60_000);

  it('is stored with unshredded variants, and with NULL distinct from the JSON value null', async () => {
    const columns: DeltaTable['columns'] = [{ name: 'v', type: { kind: 'variant' }, nullable: true }];
    const dataDir = temporaryDirectory();
    const store = await openTableStore({ dataDir, tables: [{ catalog: 'main', schema: 'spec', name: 'v', columns }] });
    await store.append('main.spec.v', Buffer.from('{"v":"null"}\n{"v":null}\n{}\n{"v":"{\\"a\\":1}"}\n'), 4);
    await store.close();
    const folder = join(dataDir, 'tables/main/spec/v');
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.parquet')) as [string];
    const path = join(folder, file).replaceAll("'", "''");
    const duckDb = new DuckDb();
    const schema = await duckDb.run(`SELECT name, type, num_children, repetition_type FROM parquet_schema('${path}')`);
    const rows = await duckDb.run(`SELECT v IS NULL, hex(v.metadata), hex(v.value) FROM read_parquet('${path}')`);
    duckDb.close();
    const fields: readonly unknown[] = schema.getRowsJson().slice(1);
    expect(fields).toEqual([
      ['v', null, '2', 'OPTIONAL'],
      ['metadata', 'BYTE_ARRAY', null, 'REQUIRED'],
      ['value', 'BYTE_ARRAY', null, 'REQUIRED'],
    ]);
    // According to Parquet's variant encoding: version 1, sorted, no keys, then the primitive null; one key "a", an
    // object with the int8 1.
    const values: readonly unknown[] = rows.getRowsJson();
    expect(values).toEqual([
      [false, '110000', '00'],
      [true, null, null],
      [true, null, null],
      [false, '1101000161', '02010000020C01'],
    ]);
  });

  it('keeps variants', async () => {
    const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }).map(withoutNegativeZero);
    const property = fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 20 }), async (values) => {
      const dataDir = await mkdtemp(join(temporaryDirectory(), 'run-'));
      const store = await openTableStore({ dataDir, tables: [variantTable], onError: fail });
      const lines = values.map((value) => {
        const text = JSON.stringify(value);
        return `${JSON.stringify({ top: text, list: [text, null], nested: { inner: text }, map: { key: text } })}\n`;
      });
      await store.append('main.spec.variants', Buffer.from(`${lines.join('')}{}\n`), values.length + 1);
      await store.close();
      const read = await readTable(
        join(dataDir, 'tables/main/spec/variants'),
        "SELECT top::JSON, list[1]::JSON, list[2] IS NULL, nested.inner::JSON, map['key']::JSON, top IS NULL, list IS NULL FROM this",
      );
      await rm(dataDir, { recursive: true });
      const parsed = read.rows.map((row) => row.map((cell) => (typeof cell === 'string' ? JSON.parse(cell) : cell)));
      // DuckDB takes the JSON value null in a variant for NULL. In the file they differ.
      const expected = values.map((value) => [value, value, true, value, value, value === null, false]);
      deepStrictEqual(parsed, [...expected, [null, null, true, null, null, true, true]]);
    });
    await expectAsync(fc.assert(property, { numRuns: 15 })).toBeResolved();
  }, 60_000);

  it('is stored with variants as specified, in every position', async () => {
    const duckDb = new DuckDb();
    const property = fc.asyncProperty(
      fc.array(variantTextArbitrary, { minLength: 1, maxLength: 40 }),
      async (variants) => {
        const dataDir = await mkdtemp(join(temporaryDirectory(), 'run-'));
        const store = await openTableStore({ dataDir, tables: [variantTable], onError: fail });
        const lines = variants.map(({ text: top }) => {
          const row = { top, list: [null, top, '1', top], nested: { inner: top }, map: { other: null, key: top } };
          return `${JSON.stringify(row)}\n`;
        });
        await store.append('main.spec.variants', Buffer.from(lines.join('')), lines.length);
        await store.close();
        const folder = join(dataDir, 'tables/main/spec/variants');
        const [file] = (await readdir(folder)).filter((name) => name.endsWith('.parquet')) as [string];
        const places = ['top', 'list[2]', 'list[4]', 'nested.inner', "map['key']"];
        const bytes = places.map((place) => `hex(${place}.metadata), hex(${place}.value)`);
        const path = join(folder, file).replaceAll("'", "''");
        const read = (await duckDb.run(`SELECT ${bytes.join()} FROM read_parquet('${path}')`)).getRowsJson();
        await rm(dataDir, { recursive: true });
        const decoded = read.map((row) => places.map((_, index) => decodedHex(row[2 * index], row[2 * index + 1])));
        deepStrictEqual(
          decoded,
          variants.map(({ expected }) => places.map(() => expected)),
        );
      },
    );
    await expectAsync(fc.assert(property, { numRuns: 15 })).toBeResolved();
    duckDb.close();
  }, 60_000);

  it('shows a reader of variants strings of 64 bytes, every digit of decimals, and all fields of large objects', async () => {
    const fields = Array.from({ length: 1000 }, (_, index) => `"${(index * 7) % 1000}":${index}`).join();
    const texts = ['x', 'é'].map((character) => JSON.stringify(character.repeat(64 / Buffer.byteLength(character))));
    texts.push('[0.5,-0.05,0.0,1.50]', '{"a":12345678901234567890.12345,"b":-9223372036854775809}', `{${fields}}`);
    const columns: DeltaTable['columns'] = [{ name: 'v', type: { kind: 'variant' }, nullable: true }];
    const dataDir = temporaryDirectory();
    const store = await openTableStore({ dataDir, tables: [{ catalog: 'main', schema: 'spec', name: 'v', columns }] });
    const lines = texts.map((v) => `${JSON.stringify({ v })}\n`);
    await store.append('main.spec.v', Buffer.from(lines.join('')), lines.length);
    await store.close();
    const { rows } = await readTable(join(dataDir, 'tables/main/spec/v'), 'SELECT v::JSON FROM this');
    const read = rows.map(([json]) => String(json));
    expect(read.slice(0, 4)).toEqual(texts.slice(0, 4));
    expect(JSON.parse(read[4] as string)).toEqual(JSON.parse(texts[4] as string));
  });
});

function decodedHex(metadata: Json | undefined, value: Json | undefined): DecodedVariant {
  return decodeVariant(Buffer.from(String(metadata), 'hex'), Buffer.from(String(value), 'hex'));
}

/** JSON text has no negative integer zero: `JSON.stringify` drops the sign. */
function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
