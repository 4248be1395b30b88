import { join } from 'node:path';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('DuckDb', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;

  beforeEach(() => {
    duckDb = new DuckDb();
  });

  afterEach(() => duckDb.close());

  async function evaluate(expression: string): Promise<unknown> {
    const reader = await duckDb.run(`SELECT ${expression}`);
    return reader.getRowsJson()[0]?.[0];
  }

  it('runs in UTC on one thread, and downloads nothing', async () => {
    expect(await evaluate("current_setting('TimeZone')")).toBe('UTC');
    expect(await evaluate("current_setting('threads')")).toBe('1');
    expect(await evaluate("current_setting('autoinstall_known_extensions')")).toBe(false);
    expect(await evaluate("current_setting('autoload_known_extensions')")).toBe(false);
    expect(await evaluate("current_setting('temp_directory')")).toBe('');
  });

  it('starts a new instance after an error that invalidates the old one', async () => {
    const path = join(temporaryDirectory(), 'x.parquet').replaceAll("'", "''");
    const fatal = `COPY (SELECT '1'::JSON::VARIANT AS v) TO '${path}' (FORMAT parquet, SHREDDING {v: 'NULL'})`;
    await expectAsync(duckDb.run(fatal)).toBeRejectedWithError(/INTERNAL/);
    expect(await evaluate('1')).toBe(1);
  });

  it('keeps its instance after an ordinary error', async () => {
    await duckDb.run('CREATE TABLE t (a INT)');
    await expectAsync(duckDb.run("SELECT 'x'::INT")).toBeRejectedWithError(/Conversion Error/);
    expect(await evaluate('count(*) FROM t')).toBe('0');
  });

  it('can be used again after it was closed', async () => {
    expect(await evaluate('1')).toBe(1);
    duckDb.close();
    duckDb.close();
    expect(await evaluate('2')).toBe(2);
  });
});
