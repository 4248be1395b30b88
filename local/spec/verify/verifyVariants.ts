import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { dataFiles } from '../../lib/sql/tableSelect.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import type { Spark, StoredVariant } from './installSpark.ts';

const integers = [7n, 8n, 15n, 16n, 31n, 32n, 63n, 64n].map((bits) => 1n << bits);

/** JSON whose encoding changes: at the limits of types, and with the sizes of strings, objects and arrays. */
const edges: readonly string[] = [
  ...integers.flatMap((edge) => [edge - 1n, edge, -edge, -edge - 1n].map(String)),
  ...['1.50', '-0.05', '123456789.5', '0.1234567890123456789', '-0', '-0.0', '1e5', '1.5E-300', '1e-400', '1e38'],
  ...['9'.repeat(38), `-${'9'.repeat(38)}`, `1${'0'.repeat(38)}`, `0.${'1'.repeat(37)}`, `0.${'1'.repeat(39)}`],
  ...Array.from({ length: 71 }, (_, length) => [
    JSON.stringify('x'.repeat(length)),
    JSON.stringify('é'.repeat(length)),
  ]),
  ...[255, 256, 257, 65_535, 65_536].map((length) => JSON.stringify(['x'.repeat(length), 1])),
  ...[0, 1, 31, 32, 33, 127, 128, 255, 256, 20_000].map((count) => `{${unsortedFields(count)}}`),
  ...[0, 1, 255, 256, 20_000].map((count) => JSON.stringify(Array.from({ length: count }, (_, index) => index))),
  `${'[{"a":'.repeat(200)}1${'}]'.repeat(200)}`,
  '"\\ud83d\\ude00 \\u0000 \\" \\\\ \\/ \\n"',
  '{"\\u00e9":1,"z":{"\\u20ac":2,"a":[{"\\ud83d\\ude00":3}]}}',
].flat();

function unsortedFields(count: number): string {
  return Array.from({ length: count }, (_, index) => `"key ${(index * 7919) % count}":${index}`).join();
}

/**
 * Writes variants and has them read by Spark's library and by DuckDB, as delta-kernel's reader does not know VARIANT.
 *
 * @param spark undefined if it is not available here
 * @param report called with what was compared, and how it differs
 */
export async function verifyVariants(
  store: TableStore,
  spark: Spark | undefined,
  seed: number,
  report: (what: string, found: string | undefined) => void,
): Promise<void> {
  const name = 'verify.delta.variants';
  const written = [...edges, ...fc.sample(fc.json({ maxDepth: 3 }), { seed, numRuns: 500 })];
  const lines = written.map((v, n) => `${JSON.stringify({ n, v })}\n`);
  await store.append(name, Buffer.from(lines.join('')), lines.length);
  await store.flush(name);
  const { rows } = await readTable(store.tablePath(name), 'SELECT v::JSON FROM this ORDER BY n');
  const readByDuckDb = rows.map(([json]) => String(json));
  report(`variants: ${written.length} rows, by DuckDB`, difference(readByDuckDb, written));
  if (spark === undefined) {
    console.log('skipped   variants by Spark: install a JDK of at least 17 and Maven');
    return;
  }
  const stored = await storedVariants(store.tablePath(name), written);
  const outcomes = spark.read(stored);
  const unlike = outcomes.findIndex((outcome) => !outcome.startsWith('same '));
  report(
    `variants: ${written.length} rows, by Spark ${spark.version} and as its parse_json makes them, each field by its key`,
    unlike < 0 ? undefined : `row ${unlike}, ${written[unlike]?.slice(0, 100)}: ${outcomes[unlike]}`,
  );
  const readBySpark = outcomes.map((outcome) => outcome.slice('same '.length));
  report('variants: by Spark and as written', unlike < 0 ? difference(readBySpark, written) : 'see above');
}

async function storedVariants(tablePath: string, written: readonly string[]): Promise<readonly StoredVariant[]> {
  const duckDb = new DuckDb();
  try {
    const snapshot = await readDeltaLog(tablePath, duckDb);
    const files = snapshot === undefined ? [] : dataFiles(snapshot);
    const read = await duckDb.run(
      `SELECT hex(v.metadata), hex(v.value) FROM read_parquet([${files.map(quoteLiteral).join()}]) ORDER BY n`,
    );
    return read.getRowsJson().map(([metadata, value], index) => ({
      metadata: Buffer.from(String(metadata), 'hex'),
      value: Buffer.from(String(value), 'hex'),
      text: written[index] ?? '',
    }));
  } finally {
    duckDb.close();
  }
}

/** The first JSON text whose value differs from what was written. Undefined if none differs. */
function difference(read: readonly string[], written: readonly string[]): string | undefined {
  if (read.length !== written.length) {
    return `${read.length} rows against ${written.length}`;
  }
  const unlike = written.findIndex((text, index) => !isSameJson(text, read[index] ?? ''));
  return unlike < 0
    ? undefined
    : `row ${unlike}: ${read[unlike]?.slice(0, 100)} against ${written[unlike]?.slice(0, 100)}`;
}

function isSameJson(one: string, other: string): boolean {
  try {
    return isDeepStrictEqual(withoutNegativeZero(JSON.parse(one)), withoutNegativeZero(JSON.parse(other)));
  } catch {
    return false;
  }
}

/** Neither an integer nor a decimal has a negative zero. */
function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
