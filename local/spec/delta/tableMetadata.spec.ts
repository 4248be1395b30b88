import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeltaTable } from '../../lib/delta/createDeltaTable.ts';
import type { ProtocolAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { protocolFor } from '../../lib/delta/protocolFor.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { tableOf } from '../../lib/delta/tableMetadata.ts';
import { writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { TableDefinitionError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { parseDeltaSchema } from '../../lib/schema/parseDeltaSchema.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const clustered = parseCreateTable(`
  CREATE TABLE main.iot.clustered (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, device CHAR(8) DEFAULT 'none', at TIMESTAMP_NTZ,
    day DATE GENERATED ALWAYS AS (CAST(at AS DATE)), s STRUCT<x: INT>
  ) CLUSTER BY (device, s.x) COMMENT 'all of them' TBLPROPERTIES ('a' = 'b', 'delta.appendOnly' = 'true')
`);
const partitioned = parseCreateTable(
  'CREATE TABLE main.iot.partitioned (a INT, day DATE, b STRING) PARTITIONED BY (day, b)',
);
const automatic = parseCreateTable('CREATE TABLE main.iot.automatic (a INT) CLUSTER BY AUTO');

describe('the log of a table of Databricks', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;
  let tablePath: string;

  beforeEach(() => {
    duckDb = new DuckDb();
    tablePath = join(temporaryDirectory(), 'table');
  });

  afterEach(() => duckDb.close());

  async function read(): Promise<DeltaSnapshot> {
    return (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
  }

  for (const table of [clustered, partitioned, automatic]) {
    it(`gives back the definition of ${table.name}, also out of a checkpoint`, async () => {
      const { catalog, schema, name } = table;
      const definitionOf = (snapshot: DeltaSnapshot) =>
        tableOf({ catalog, schema, name }, snapshot, parseDeltaSchema(snapshot.metaData.schemaString));
      const created = await createDeltaTable(tablePath, table);
      expect(definitionOf(created)).toEqual(table);
      const snapshot = await read();
      expect(definitionOf(snapshot)).toEqual(table);
      await writeCheckpoint(snapshot, duckDb);
      await unlink(commitPath(tablePath, 0));
      const restored = await read();
      expect(definitionOf(restored)).toEqual(table);
      expect(restored.protocol).toEqual(created.protocol);
      expect(() => restored.checkWritable()).not.toThrow();
    });
  }

  it('has the actions that Delta asks for', async () => {
    await createDeltaTable(tablePath, clustered);
    const lines = (await readFile(commitPath(tablePath, 0), 'utf8')).trimEnd().split('\n');
    const actions = Object.assign({}, ...lines.map((line) => JSON.parse(line))) as Record<string, unknown>;
    expect(actions['protocol']).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz'],
      writerFeatures: [
        'appendOnly',
        'invariants',
        'allowColumnDefaults',
        'generatedColumns',
        'identityColumns',
        'domainMetadata',
        'clustering',
        'timestampNtz',
      ],
    });
    expect(actions['metaData']).toEqual(
      jasmine.objectContaining({
        description: 'all of them',
        partitionColumns: [],
        configuration: { a: 'b', 'delta.appendOnly': 'true', 'zerobus-local.constraints': '["PRIMARY KEY (id)"]' },
      }),
    );
    expect(actions['domainMetadata']).toEqual({
      domain: 'delta.clustering',
      configuration: '{"clusteringColumns":[["device"],["s","x"]]}',
      removed: false,
    });
  });

  it('has no property that would promise a feature', async () => {
    const table = { ...automatic, properties: { 'delta.enableRowTracking': 'true' } };
    await expectAsync(createDeltaTable(tablePath, table)).toBeRejectedWithError(
      TableDefinitionError,
      /^main\.iot\.automatic can't have the property delta\.enableRowTracking = true, .* Omit it\.$/,
    );
  });

  it('reads clustering columns that are written as names', async () => {
    const snapshot = await createDeltaTable(tablePath, clustered);
    const configuration = '{"clusteringColumns":["device","at"],"domainName":"delta.clustering"}';
    snapshot.apply({ domainMetadata: { domain: 'delta.clustering', configuration, removed: false } });
    expect(tableOf(clustered, snapshot, clustered.columns).clusterColumns).toEqual(['device', 'at']);
  });

  it('forgets a domain that is removed', async () => {
    const snapshot = await createDeltaTable(tablePath, clustered);
    expect([...snapshot.domains.keys()]).toEqual(['delta.clustering']);
    snapshot.apply({ domainMetadata: { domain: 'delta.clustering', configuration: '{}', removed: true } });
    expect([...snapshot.domains.keys()]).toEqual([]);
  });

  const protocols: readonly (readonly [sql: string, protocol: ProtocolAction])[] = [
    ['(a INT, b INT) PARTITIONED BY (a)', { minReaderVersion: 1, minWriterVersion: 2 }],
    ['(a INT) CLUSTER BY AUTO', { minReaderVersion: 1, minWriterVersion: 2 }],
    [
      '(a INT DEFAULT 1)',
      { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'invariants', 'allowColumnDefaults'] },
    ],
    [
      "(a INT) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')",
      { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'invariants', 'changeDataFeed'] },
    ],
  ];

  for (const [sql, protocol] of protocols) {
    it(`needs no more than the features of ${sql}`, () => {
      const table = parseCreateTable(`CREATE TABLE a.b.c ${sql}`);
      expect(protocolFor(table.columns, table)).toEqual(protocol);
    });
  }
});
