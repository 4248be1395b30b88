import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitPath, LOG_FOLDER } from '../../lib/delta/logFileName.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { DeltaLogError } from '../../lib/errors.ts';
import { tableFolder } from '../../lib/files/dataPaths.ts';
import { type FoundTable, findTable } from '../../lib/storage/findTables.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const name = { catalog: 'a', schema: 'b', name: 'c' };
const SCHEMA = '{"type":"struct","fields":[{"name":"n","type":"integer","nullable":true,"metadata":{}}]}';
const protocol = { minReaderVersion: 1, minWriterVersion: 2 };
const metaData = { id: '12345678', format: { provider: 'parquet', options: {} }, schemaString: SCHEMA };
const schema = (fields: unknown): object => ({
  metaData: { ...metaData, schemaString: JSON.stringify({ type: 'struct', fields }) },
});
const DEEP = `${'{"type":"array","elementType":'.repeat(100_000)}"integer"${'}'.repeat(100_000)}`;

/** Actions that are JSON, and not what the Delta protocol says. */
const damaged: readonly object[] = [
  ...['add', 'remove', 'txn', 'domainMetadata', 'protocol', 'metaData'].flatMap((key) =>
    [5, 'x', true, [], {}].map((value) => ({ [key]: value })),
  ),
  { add: { path: 5 } },
  { add: { path: 'x', deletionVector: 5 } },
  { remove: { path: null } },
  { txn: { appId: 'a', version: '1' } },
  { protocol: { ...protocol, readerFeatures: 5 } },
  { protocol: { ...protocol, readerFeatures: [5] } },
  { protocol: { ...protocol, writerFeatures: 'x' } },
  { metaData: { ...metaData, id: 5 } },
  { metaData: { ...metaData, schemaString: {} } },
  { metaData: { ...metaData, partitionColumns: 'n' } },
  { metaData: { ...metaData, partitionColumns: [null] } },
  { metaData: { ...metaData, configuration: [] } },
  { metaData: { ...metaData, configuration: { a: 5 } } },
  { metaData: { ...metaData, configuration: { 'zerobus-local.constraints': 'no JSON' } } },
  { metaData: { ...metaData, configuration: { 'zerobus-local.constraints': '5' } } },
  ...['null', '5', '[]', 'no JSON', '{"type":"struct","fields":5}', '{"type":"array","elementType":"integer"}'].map(
    (text) => ({ metaData: { ...metaData, schemaString: text } }),
  ),
  ...[null, 5, {}, { name: 5, type: 'integer' }, { name: 'n' }, { name: 'n', type: { type: 'map' } }].map((field) =>
    schema([field]),
  ),
  { metaData: { ...metaData, schemaString: `{"type":"struct","fields":[{"name":"n","type":${DEEP}}]}` } },
  ...['null', '5', 'no JSON', '{"clusteringColumns":5}', '{"clusteringColumns":[{}]}'].map((configuration) => ({
    domainMetadata: { domain: 'delta.clustering', configuration, removed: false },
  })),
];

describe('An action of a Delta log that is not one', () => {
  const temporaryDirectory = useTemporaryDirectory();
  const duckDb = new DuckDb();

  afterAll(() => duckDb.close());

  async function find(...actions: readonly object[]): Promise<FoundTable | undefined> {
    const tablePath = tableFolder(temporaryDirectory(), name);
    await mkdir(join(tablePath, LOG_FOLDER), { recursive: true });
    const lines = [{ protocol }, { metaData }, ...actions].map((action) => `${JSON.stringify(action)}\n`);
    await writeFile(commitPath(tablePath, 0), lines.join(''));
    return findTable(temporaryDirectory(), name, duckDb);
  }

  it('makes the table unreadable, and the problem says what is wrong with the log', async () => {
    for (const action of damaged) {
      const found = await find(action);
      const text = JSON.stringify(action).slice(0, 200);
      expect(found?.problem).withContext(text).toEqual(jasmine.any(DeltaLogError));
      expect(found?.problem?.message)
        .withContext(text)
        .not.toMatch(/properties of|not a function|iterable|stack|undefined/);
    }
  });

  it('is read if it only has nulls in the place of what it may omit', async () => {
    const add = { path: 'x', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true };
    const found = await find(
      { metaData: { ...metaData, name: null, partitionColumns: null, configuration: null } },
      { protocol: { ...protocol, readerFeatures: null, writerFeatures: null } },
      { add: { ...add, stats: null, deletionVector: null, tags: null }, remove: null },
      { add: { ...add, path: 'y', stats: '{"numRecords":"3"}' } },
      { commitInfo: 5, cdc: null, unknown: [] },
    );
    expect(found?.problem).toBeUndefined();
    expect([...(found?.snapshot?.files.keys() ?? [])]).toEqual(['x', 'y']);
    expect(found?.snapshot?.rowCount).toBe(0);
  });
});
