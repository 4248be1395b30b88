import { cp, mkdtemp, readdir, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeltaAction } from '../../lib/delta/deltaAction.ts';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { QueryError } from '../../lib/errors.ts';
import { parseCreateTables } from '../../lib/schema/parseCreateTable.ts';
import { querySql } from '../../lib/sql/querySql.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { actionIn, commitAsOther } from '../storage/storeFixture.ts';

const tables = parseCreateTables(`
  CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL, v VARIANT);
  CREATE TABLE main.iot.nothing_yet (a BIGINT, b STRUCT<x: DATE, y: ARRAY<DECIMAL(5, 2)>>, v VARIANT);
  CREATE TABLE other.iot.readings (device STRING, name VARCHAR(10));
  CREATE TABLE memory.main.odd (n INT);
`);

describe('querySql', () => {
  let dataDir: string;
  let store: TableStore;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "zerobus query's [1]*-"));
    store = await openTableStore({ dataDir, tables });
    await store.append(
      'main.iot.readings',
      Buffer.from('{"device":"a","temp":1,"v":"{\\"k\\":[1,null]}"}\n{"device":"b","temp":2}\n'),
      2,
    );
    await store.append('other.iot.readings', Buffer.from('{"device":"b","name":"Bee"}\n'), 1);
    await store.flush();
  });

  afterAll(async () => {
    await store.close();
    await rm(dataDir, { recursive: true });
  });

  it('joins tables by their three-part names while the server has the directory open', async () => {
    const result = await querySql(
      dataDir,
      'SELECT l.device, temp, name FROM main.iot.readings l LEFT JOIN other.iot.readings r ON l.device = r.device ORDER BY 1',
    );
    expect(result).toEqual({
      columns: ['device', 'temp', 'name'],
      rows: [
        ['a', 1, null],
        ['b', 2, 'Bee'],
      ],
    });
  });

  it('passes over the schemas of other programs that DuckDB has itself', async () => {
    for (const schema of ['pg_catalog', 'information_schema']) {
      await cp(join(dataDir, 'tables/main/iot/readings'), join(dataDir, 'tables/main', schema, 'copied'), {
        recursive: true,
      });
      await expectAsync(querySql(dataDir, `SELECT * FROM main.${schema}.copied`)).toBeRejectedWithError(
        QueryError,
        /Catalog Error: .*copied does not exist|Catalog "main" does not exist/,
      );
    }
    await expectAsync(querySql(dataDir, 'SELECT * FROM typo')).toBeRejectedWithError(QueryError, /typo does not exist/);
    for (const schema of ['pg_catalog', 'information_schema']) {
      await rm(join(dataDir, 'tables/main', schema), { recursive: true });
    }
  });

  it('says what is wrong if there is no table', async () => {
    const empty = join(dataDir, 'nothing here');
    expect((await querySql(empty, 'SELECT 1 AS one')).rows).toEqual([[1]]);
    await expectAsync(querySql(empty, 'SELECT * FROM main.iot.readings')).toBeRejectedWithError(
      QueryError,
      /Catalog "main" does not exist/,
    );
    await expectAsync(querySql(dataDir, 'SELECT * FROM main.iot.reading')).toBeRejectedWithError(
      QueryError,
      /Table with name reading does not exist!\nDid you mean "readings"/,
    );
    await expectAsync(querySql(dataDir, `;/* * */ ${'-- '.repeat(1000)}\n;`)).toBeRejectedWithError(
      QueryError,
      /the text is empty/,
    );
  });

  it('reads variants as values', async () => {
    const { rows } = await querySql(dataDir, 'SELECT v::JSON, v IS NULL FROM main.iot.readings ORDER BY temp');
    // DuckDB casts a variant that is NULL to the JSON value null.
    expect(rows).toEqual([
      ['{"k":[1,null]}', false],
      ['null', true],
    ]);
  });

  it('finds a table without its catalog and schema if the name is unique', async () => {
    expect((await querySql(dataDir, 'SELECT * FROM nothing_yet')).rows).toEqual([]);
    expect((await querySql(dataDir, 'SELECT count(*) FROM memory.main.odd')).rows).toEqual([['0']]);
  });

  it('returns the columns of a table without rows with their types', async () => {
    const { rows } = await querySql(dataDir, 'SELECT column_name, column_type FROM (DESCRIBE main.iot.nothing_yet)');
    expect(rows).toEqual([
      ['a', 'BIGINT'],
      ['b', 'STRUCT(x DATE, y DECIMAL(5,2)[])'],
      ['v', 'VARIANT'],
    ]);
  });

  it('does not hide the functions of DuckDB if a catalog is called main', async () => {
    const { rows } = await querySql(
      dataDir,
      `SELECT "Main" . iot/* a */.readings.device, [temp, 2], 'main.iot.readings', $$main.iot.readings$$ -- main.iot.readings
       FROM MAIN."iot".readings WHERE temp = list_max([1])`,
    );
    expect(rows).toEqual([['a', [1, 2], 'main.iot.readings', 'main.iot.readings']]);
  });

  it('distinguishes two columns of the same name', async () => {
    const { columns } = await querySql(dataDir, 'SELECT temp, temp FROM main.iot.readings');
    expect(new Set(columns).size).toBe(2);
  });

  const refused = [
    "COPY (SELECT 1) TO '/tmp/zerobus-must-not-exist.csv'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/zerobus-must-not-exist.csv'",
    "ATTACH 'x.duckdb'",
    'INSTALL httpfs',
    'CREATE TABLE main.iot.t (a INT)',
    'DROP VIEW main.iot.readings',
    'SET enable_external_access = true',
    'SELECT 1; SELECT 2',
    '',
    'SELEC 1',
    'SELECT * FROM main.iot.unknown',
    'CALL pragma_version()',
    'CHECKPOINT',
    "SELECT * FROM query('DROP VIEW main.iot.readings')",
  ];

  for (const sql of refused) {
    it(`refuses ${sql === '' ? 'an empty text' : sql}`, async () => {
      await expectAsync(querySql(dataDir, sql)).toBeRejectedWithError(QueryError);
    });
  }

  it('reads no other file', async () => {
    const path = join(dataDir, 'secret.csv');
    await writeFile(path, 'a\n1\n');
    const literal = path.replaceAll("'", "''");
    for (const source of [`read_csv('${literal}')`, `read_text('${literal}')`, `'${literal}'`, "glob('/etc/*')"]) {
      await expectAsync(querySql(dataDir, `SELECT * FROM ${source}`)).toBeRejectedWithError(QueryError);
    }
  });

  describe('in a directory with a table that can not be read', () => {
    let brokenDir: string;
    let tablePath: string;

    beforeEach(async () => {
      brokenDir = await mkdtemp(join(tmpdir(), "zerobus broken's [1]*-"));
      const broken = await openTableStore({ dataDir: brokenDir, tables: tables.slice(0, 2) });
      tablePath = broken.tablePath('main.iot.readings');
      await broken.append('main.iot.readings', Buffer.from('{"device":"a","temp":1}\n'), 1);
      await broken.close();
    });

    afterEach(() => rm(brokenDir, { recursive: true }));

    async function dataFile(): Promise<string> {
      const [name] = (await readdir(tablePath)).filter((file) => file.endsWith('.parquet')) as [string];
      return join(tablePath, name);
    }

    async function commit(...actions: readonly DeltaAction[]): Promise<void> {
      await commitAsOther(tablePath, ...actions);
    }

    const file = { partitionValues: {}, size: 1, modificationTime: 1, dataChange: true };
    const damages: Readonly<Record<string, readonly [inflict: () => Promise<void>, reason: RegExp]>> = {
      'the data file is gone': [async () => unlink(await dataFile()), /No files found/],
      'the data file is damaged': [async () => truncate(await dataFile(), 100), /No magic bytes/],
      'the path of a data file is damaged': [() => commit({ add: { ...file, path: '%zz' } }), /%zz/],
      'a commit is damaged': [() => writeFile(commitPath(tablePath, 2), ''), /0002\.json is damaged: it is empty/],
      'a column has an unknown type': [
        async () => {
          const metaData = await actionIn(tablePath, 0, 'metaData');
          await commit({
            metaData: { ...metaData, schemaString: metaData.schemaString.replace('integer', 'interval') },
          });
        },
        /readings can't be read: column temp: .*"interval"/,
      ],
      'a column nests more arrays than DuckDB can convert': [
        async () => {
          const metaData = await actionIn(tablePath, 0, 'metaData');
          let type: unknown = 'integer';
          for (let depth = 0; depth < 30; depth++) {
            type = { type: 'array', elementType: type, containsNull: true };
          }
          const schemaString = metaData.schemaString.replace('"integer"', JSON.stringify(type));
          await commit({ metaData: { ...metaData, schemaString } });
        },
        /readings can't be read: column temp: arrays and maps can be nested at most 12 deep/,
      ],
    };

    for (const [damage, [inflict, reason]] of Object.entries(damages)) {
      it(`names the table and the reason, and reads the other tables, if ${damage}`, async () => {
        await inflict();
        for (const sql of [
          'SELECT * FROM main.iot.readings',
          'SELECT count(*) FROM readings',
          'SELECT device FROM main.iot.readings',
          'SELECT 1 FROM main.iot.nothing_yet RIGHT JOIN main.iot.readings r ON true',
        ]) {
          await expectAsync(querySql(brokenDir, sql)).toBeRejectedWithError(
            QueryError,
            new RegExp(`main\\.iot\\.readings can't be read: .*${reason.source}`, 's'),
          );
        }
        expect((await querySql(brokenDir, 'SELECT count(*) FROM main.iot.nothing_yet')).rows).toEqual([['0']]);
      });
    }

    it('reads a table with a CHAR column of another writer', async () => {
      const metaData = await actionIn(tablePath, 0, 'metaData');
      const schema = JSON.parse(metaData.schemaString);
      schema.fields[0].metadata = { __CHAR_VARCHAR_TYPE_STRING: 'char(5)' };
      await commit({ metaData: { ...metaData, schemaString: JSON.stringify(schema) } });
      expect((await querySql(brokenDir, 'SELECT device, temp FROM main.iot.readings')).rows).toEqual([['a', 1]]);
    });
  });
});
