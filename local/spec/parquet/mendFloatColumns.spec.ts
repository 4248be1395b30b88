import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { mendFooter } from '../../lib/parquet/mendFooter.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('mendFloatColumns', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;
  let path: string;

  beforeEach(() => {
    duckDb = new DuckDb();
    path = join(temporaryDirectory(), 'file.parquet');
  });

  afterEach(() => duckDb.close());

  async function write(select: string): Promise<void> {
    await duckDb.run(`COPY (${select}) TO ${quoteLiteral(path)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
  }

  async function columnChunks(fields: string): Promise<readonly unknown[]> {
    const reader = await duckDb.run(`SELECT path_in_schema, ${fields} FROM parquet_metadata(${quoteLiteral(path)})`);
    return reader.getRowsJson();
  }

  async function rows(): Promise<readonly unknown[]> {
    return (await duckDb.run(`FROM ${quoteLiteral(path)}`)).getRowsJson();
  }

  function mend(): Promise<ReadonlySet<string>> {
    return mendFooter(path, { hasVariants: false, hasFloats: true });
  }

  it('finds the columns with NaN, whichever row group it is in', async () => {
    const cases = [0, 3000, 6143].map((row) => `if(i = ${row}, 'nan', '1')::DOUBLE AS at_${row}`);
    await write(
      `SELECT ${cases.join(', ')}, if(i < 2048, NULL, 1)::FLOAT AS nulls, if(i = 0, 'inf', '-inf')::FLOAT AS infinite,
         'nan'::FLOAT AS nothing_else, 'nan' AS text, {'x': {'y"': 'nan'::FLOAT, 'z': 1::FLOAT}} AS st FROM range(6144) r(i)`,
    );
    expect(await mend()).toEqual(new Set(['"at_0"', '"at_3000"', '"at_6143"', '"nothing_else"', '"st"."x"."y"""']));
  });

  it('lets readers find both zeros, whose bytes differ', async () => {
    await write(
      `SELECT '-0'::DOUBLE AS negative, 0::FLOAT AS positive, {'x': if(i % 2 = 0, '-0', '1')::FLOAT} AS st, [0::DOUBLE] AS l, i % 2 AS n
       FROM range(2048) r(i)`,
    );
    const rowsBefore = await rows();
    const fields = 'stats_min, stats_max, stats_min_value, stats_max_value, encodings, bloom_filter_offset IS NULL';
    expect((await columnChunks(fields))[0]).toEqual([
      'negative',
      '-0.0',
      '-0.0',
      '-0.0',
      '-0.0',
      'PLAIN_DICTIONARY',
      false,
    ]);
    expect(await mend()).toEqual(new Set());
    expect(await columnChunks(fields)).toEqual([
      ['negative', '-0.0', '0.0', '-0.0', '0.0', 'PLAIN_DICTIONARY, PLAIN', true],
      ['positive', '-0.0', '0.0', '-0.0', '0.0', 'PLAIN_DICTIONARY, PLAIN', true],
      ['st, x', '-0.0', '1.0', '-0.0', '1.0', 'PLAIN_DICTIONARY, PLAIN', true],
      ['l, list, element', '-0.0', '0.0', '-0.0', '0.0', 'PLAIN_DICTIONARY, PLAIN', true],
      ['n', '0', '1', '0', '1', 'PLAIN_DICTIONARY', false],
    ]);
    expect(await rows()).toEqual(rowsBefore);
  });

  it('does not change a file without such a column', async () => {
    await write("SELECT i, 'text' AS t FROM range(10) r(i)");
    const before = await readFile(path);
    expect(await mend()).toEqual(new Set());
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  it('can mend a file twice, and one without rows', async () => {
    await write("SELECT if(i = 3, 'nan', '-0')::DOUBLE AS a FROM range(5000) r(i)");
    await mend();
    const once = await readFile(path);
    expect(await mend()).toEqual(new Set(['"a"']));
    expect((await readFile(path)).equals(once)).toBe(true);
    await write('SELECT 1::DOUBLE AS a WHERE false');
    expect(await mend()).toEqual(new Set());
    expect(await rows()).toEqual([]);
  });
});
