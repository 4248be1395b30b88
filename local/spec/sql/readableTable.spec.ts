import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeltaTable } from '../../lib/delta/createDeltaTable.ts';
import type { DeltaAction } from '../../lib/delta/deltaAction.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { UnwritableTableError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { querySql } from '../../lib/sql/querySql.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { actionIn, commitAsOther } from '../storage/storeFixture.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const file = { partitionValues: {}, size: 1, modificationTime: 1, dataChange: true };

const features = (minReaderVersion: number, ...names: readonly string[]): DeltaAction => ({
  protocol:
    minReaderVersion === 3
      ? { minReaderVersion, minWriterVersion: 7, readerFeatures: names, writerFeatures: names }
      : { minReaderVersion, minWriterVersion: 7, writerFeatures: names },
});

describe('A table that zerobus-local reads but does not write', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;
  let dataDir: string;
  let tablePath: string;

  beforeEach(async () => {
    duckDb = new DuckDb();
    dataDir = join(temporaryDirectory(), 'data');
    tablePath = join(dataDir, 'tables/main/o/t');
    await mkdir(dataDir);
  });

  afterEach(() => duckDb.close());

  async function make(columns: string, select: string): Promise<void> {
    await createDeltaTable(tablePath, parseCreateTable(`CREATE TABLE main.o.t (${columns})`));
    await duckDb.run(`COPY (${select}) TO ${quoteLiteral(join(tablePath, '1.parquet'))} (FORMAT parquet)`);
    await commitAsOther(tablePath, { add: { ...file, path: '1.parquet' } });
  }

  async function expectNoWrites(): Promise<void> {
    const store = await openTableStore({ dataDir, onError: () => undefined });
    await expectAsync(store.append('main.o.t', Buffer.from('{}\n'), 1)).toBeRejectedWithError(UnwritableTableError);
    await store.close();
  }

  const kinds: Readonly<Record<string, DeltaAction>> = {
    'CHECK constraints': features(1, 'checkConstraints'),
    'row tracking and clustering': features(1, 'rowTracking', 'domainMetadata', 'clustering'),
    'in-commit timestamps': features(1, 'inCommitTimestamp'),
    'deletion vectors, and no row is deleted': features(3, 'deletionVectors'),
    'wider types': features(3, 'typeWidening'),
    'checkpoints of version 2, and there is none': features(3, 'v2Checkpoint'),
    'the vacuum protocol check': features(3, 'vacuumProtocolCheck'),
    'column mapping, which is not used': { protocol: { minReaderVersion: 2, minWriterVersion: 5 } },
  };

  for (const [kind, upgrade] of Object.entries(kinds)) {
    it(`has its rows if it has ${kind}`, async () => {
      await make('n INT', 'SELECT 7::INT AS n');
      await commitAsOther(tablePath, upgrade);
      expect((await readTable(tablePath)).rows).toEqual([[7]]);
      expect((await querySql(dataDir, 'SELECT n FROM main.o.t')).rows).toEqual([[7]]);
      await expectNoWrites();
    });
  }

  it('has the names of its schema if columns and fields are mapped by name', async () => {
    await make(
      'n INT, s STRUCT<x: INT, v: VARIANT>, l ARRAY<STRUCT<x: INT>>, m MAP<STRING, STRUCT<x: INT>>, later INT',
      `SELECT 1::INT AS "col-n", {'col-x': 2} AS "col-s", [{'col-x': 3}, NULL] AS "col-l", MAP {'k': {'col-x': 4}} AS "col-m", 9 AS n`,
    );
    const metaData = await actionIn(tablePath, 0, 'metaData');
    const schemaString = JSON.stringify(
      JSON.parse(metaData.schemaString, (_key, value) =>
        value?.metadata === undefined
          ? value
          : {
              ...value,
              metadata: { 'delta.columnMapping.id': 1, 'delta.columnMapping.physicalName': `col-${value.name}` },
            },
      ),
    );
    const configuration = { 'delta.columnMapping.mode': 'name' };
    await commitAsOther(
      tablePath,
      { metaData: { ...metaData, schemaString, configuration } },
      { protocol: { minReaderVersion: 2, minWriterVersion: 5 } },
    );
    const row = [1, { x: 2, v: null }, [{ x: 3 }, null], [{ key: 'k', value: { x: 4 } }], null];
    expect(await readTable(tablePath)).toEqual({ columns: ['n', 's', 'l', 'm', 'later'], rows: [row] });
    expect((await querySql(dataDir, 'SELECT * FROM main.o.t')).rows).toEqual([row]);
    await expectNoWrites();
  });

  it('has the rows of a file whose deletion vector was dropped, whatever the order of the actions', async () => {
    await make('n INT', 'SELECT 7::INT AS n');
    const deletionVector = { storageType: 'i', pathOrInlineDv: 'x' };
    const remove = { path: '1.parquet', dataChange: true };
    await commitAsOther(tablePath, { add: { ...file, path: '1.parquet', deletionVector } }, { remove });
    await expectAsync(readTable(tablePath)).toBeRejectedWithError(/with deletion vectors, which zerobus-local/);
    await commitAsOther(tablePath, { add: { ...file, path: '1.parquet' } }, { remove: { ...remove, deletionVector } });
    expect((await readTable(tablePath)).rows).toEqual([[7]]);
  });
});
