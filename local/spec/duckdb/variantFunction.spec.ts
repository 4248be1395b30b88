import { join } from 'node:path';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { encodeVariant } from '../../lib/variant/encodeVariant.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('the function for variants in SQL', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;

  beforeEach(() => {
    duckDb = new DuckDb({ threads: 2 });
  });

  afterEach(() => duckDb.close());

  async function rowsOf(sql: string): Promise<readonly unknown[]> {
    return (await duckDb.run(sql)).getRowsJson();
  }

  function hex(text: string): string {
    const { metadata, value } = encodeVariant(Buffer.from(text));
    return Buffer.concat([metadata, value]).toString('hex').toUpperCase();
  }

  it('encodes columns, including those in lists and maps, and leaves NULL as it is', async () => {
    const bytes = (variant: string) => `hex(${variant}.metadata || ${variant}.value)`;
    const rows = await rowsOf(`SELECT
        ${bytes('zerobus_variant(encode(t))')},
        list_transform([t, NULL], lambda x: ${bytes('zerobus_variant(encode(x))')}),
        list_transform([[t]], lambda x: list_transform(x, lambda y: ${bytes('zerobus_variant(encode(y))')})),
        list_transform(map_entries(MAP {'k': t}), lambda e: ${bytes('zerobus_variant(encode(e."value"))')})
      FROM (VALUES ('{"a":[1,2.5]}'), (NULL), ('"text"')) AS texts(t)`);
    const row = (value: string | null): readonly unknown[] => [value, [value, null], [[value]], [value]];
    expect(rows).toEqual([row(hex('{"a":[1,2.5]}')), row(null), row(hex('"text"'))]);
  });

  it('encodes any number of rows, each at its position', async () => {
    const same = `zerobus_variant(encode('"' || n || '"')).value = chr((1 + 4 * len(n))::INTEGER)::BLOB || encode(n)`;
    const numbers = 'SELECT CASE WHEN i % 3 > 0 THEN i::VARCHAR END AS n FROM range(100000) AS r(i)';
    expect(await rowsOf(`SELECT count(*), count(n), count(*) FILTER (${same}) FROM (${numbers})`)).toEqual([
      ['100000', '66666', '66666'],
    ]);
  });

  it('encodes large values', async () => {
    const rows = await rowsOf(`SELECT octet_length(v.value), hex(v.value[:6]) FROM (
      SELECT zerobus_variant(encode('"' || repeat('é', 4000000 + i) || '"')) AS v FROM range(3) AS r(i))`);
    expect(rows).toEqual([
      ['8000005', '4000127A00C3'],
      ['8000007', '4002127A00C3'],
      ['8000009', '4004127A00C3'],
    ]);
  });

  it('fails only the statement if a text is refused', async () => {
    await duckDb.run('CREATE TABLE texts AS SELECT unnest([\'{"a":1}\', \'{"a":1,"a":2}\']) AS t');
    const problem = /^Invalid Input Error: .*the key "a" appears twice/;
    await expectAsync(rowsOf('SELECT zerobus_variant(encode(t)) FROM texts')).toBeRejectedWithError(problem);
    const inList = 'SELECT list_transform([t], lambda x: zerobus_variant(encode(x))) FROM texts';
    await expectAsync(rowsOf(inList)).toBeRejectedWithError(problem);
    await expectAsync(rowsOf("SELECT zerobus_variant(encode('{'))")).toBeRejectedWithError(/an object key must be/);
    expect(await rowsOf('SELECT count(*) FROM texts')).toEqual([['2']]);
  });

  it('exists again after an error that invalidates the instance', async () => {
    const path = join(temporaryDirectory(), 'x.parquet').replaceAll("'", "''");
    const fatal = `COPY (SELECT '1'::JSON::VARIANT AS v) TO '${path}' (FORMAT parquet, SHREDDING {v: 'NULL'})`;
    await expectAsync(duckDb.run(fatal)).toBeRejectedWithError(/INTERNAL/);
    expect(await rowsOf("SELECT hex(zerobus_variant(encode('1')).value)")).toEqual([['0C01']]);
  });
});
