import { appendFile, mkdir, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitAppend } from '../../lib/delta/commitAppend.ts';
import { createDeltaTable } from '../../lib/delta/createDeltaTable.ts';
import type { AddAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { isCheckpointDue, writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { DeltaLogError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const plain = parseCreateTable('CREATE TABLE main.iot.plain (a INT NOT NULL, b STRING)');
const modern = parseCreateTable(
  'CREATE TABLE main.iot.modern (a ARRAY<STRUCT<x: VARIANT>>, b MAP<STRING, TIMESTAMP_NTZ>)',
);

function addOf(name: string): AddAction {
  const stats = '{"numRecords":1,"minValues":{"a":9007199254740993},"maxValues":{},"nullCount":{}}';
  return { path: name, partitionValues: {}, size: 10, modificationTime: 5, dataChange: true, stats };
}

describe('the Delta log', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;
  let tablePath: string;

  beforeEach(() => {
    duckDb = new DuckDb();
    tablePath = join(temporaryDirectory(), 'catalog', 'schema', 'table');
  });

  afterEach(() => duckDb.close());

  async function actionsOf(version: number): Promise<Record<string, Record<string, unknown>>> {
    const lines = (await readFile(commitPath(tablePath, version), 'utf8')).trimEnd().split('\n');
    return Object.assign({}, ...lines.map((line) => JSON.parse(line)));
  }

  async function append(snapshot: DeltaSnapshot, appId: string, version: number): Promise<boolean> {
    const adds = [addOf(`${appId}-${version}.parquet`)];
    return commitAppend(snapshot, { adds, transaction: { appId, version }, check: () => undefined });
  }

  async function read(): Promise<DeltaSnapshot> {
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot === undefined) {
      throw new Error('there should be a table');
    }
    return snapshot;
  }

  it('begins with commitInfo, protocol and metaData', async () => {
    const snapshot = await createDeltaTable(tablePath, plain);
    const { commitInfo, protocol, metaData } = await actionsOf(0);
    expect(commitInfo?.['operation']).toBe('CREATE TABLE');
    expect(protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    expect(metaData).toEqual(
      jasmine.objectContaining({
        id: jasmine.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        format: { provider: 'parquet', options: {} },
        partitionColumns: [],
        configuration: {},
      }),
    );
    expect(snapshot.version).toBe(0);
    expect(await readdir(join(tablePath, '_delta_log'))).toEqual(['00000000000000000000.json']);
    await expectAsync(createDeltaTable(tablePath, plain)).toBeRejectedWithError(DeltaLogError, /already/);
  });

  it('names the features that nested types need', async () => {
    await createDeltaTable(tablePath, modern);
    expect((await actionsOf(0))['protocol']).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz', 'variantType'],
      writerFeatures: ['appendOnly', 'invariants', 'timestampNtz', 'variantType'],
    });
  });

  it('commits concurrent appends of several writers exactly once each', async () => {
    await createDeltaTable(tablePath, plain);
    const writers = ['a', 'b', 'c', 'd'];
    await Promise.all(
      writers.map(async (appId) => {
        const snapshot = await read();
        for (let version = 0; version < 10; version += 1) {
          expect(await append(snapshot, appId, version)).toBe(true);
        }
      }),
    );
    const snapshot = await read();
    expect(snapshot.version).toBe(40);
    expect([...snapshot.files.keys()].sort()).toEqual(
      writers.flatMap((appId) => Array.from({ length: 10 }, (_, version) => `${appId}-${version}.parquet`)),
    );
    expect(writers.map((appId) => snapshot.transactionVersion(appId))).toEqual([9, 9, 9, 9]);
    expect((await readdir(join(tablePath, '_delta_log'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does not commit a transaction twice, even if another snapshot has not seen it', async () => {
    const snapshot = await createDeltaTable(tablePath, plain);
    const stale = await read();
    expect(await append(snapshot, 'app', 3)).toBe(true);
    expect(await append(stale, 'app', 3)).toBe(false);
    expect(await append(stale, 'app', 2)).toBe(false);
    expect((await read()).version).toBe(1);
  });

  it('refuses every append on a version that needs an unknown feature, not only the first', async () => {
    const snapshot = await createDeltaTable(tablePath, plain);
    const protocol = { minReaderVersion: 1, minWriterVersion: 3 };
    await writeFile(commitPath(tablePath, 1), `${JSON.stringify({ protocol })}\n`);
    for (const version of [1, 2, 3]) {
      await expectAsync(append(snapshot, 'app', version)).toBeRejectedWithError(DeltaLogError, /writer version 3/);
    }
    expect((await read()).version).toBe(1);
  });

  it('has each append checked at the very version that it commits on', async () => {
    const snapshot = await createDeltaTable(tablePath, plain);
    await append(await read(), 'other', 1);
    const checked: number[] = [];
    const check = ({ version }: DeltaSnapshot) => checked.push(version);
    expect(await commitAppend(snapshot, { adds: [], transaction: { appId: 'app', version: 1 }, check })).toBe(true);
    expect(checked).toEqual([0, 1]);
  });

  it('is read from a checkpoint if the commits before it are gone', async () => {
    const snapshot = await createDeltaTable(tablePath, modern);
    for (let version = 1; version <= 12; version += 1) {
      await append(snapshot, 'app', version);
      if (isCheckpointDue(snapshot)) {
        await writeCheckpoint(snapshot, duckDb);
      }
    }
    const before = await read();
    const last = JSON.parse(await readFile(join(tablePath, '_delta_log', '_last_checkpoint'), 'utf8'));
    expect(last).toEqual({ version: 10, size: 13, sizeInBytes: jasmine.any(Number), numOfAddFiles: 10 });
    for (let version = 0; version < 10; version += 1) {
      await unlink(commitPath(tablePath, version));
    }
    const after = await read();
    expect(after.version).toBe(12);
    expect(after.checkpointVersion).toBe(10);
    expect(after.protocol).toEqual(before.protocol);
    expect(after.metaData).toEqual(before.metaData);
    expect([...after.files]).toEqual([...before.files]);
    expect([...after.transactions]).toEqual([...before.transactions]);
    expect((await readdir(join(tablePath, '_delta_log'))).sort()).toEqual([
      '00000000000000000010.checkpoint.parquet',
      '00000000000000000010.json',
      '00000000000000000011.json',
      '00000000000000000012.json',
      '_last_checkpoint',
    ]);
  });

  it("has checkpoints with the protocol's columns, and with features only if there are any", async () => {
    const snapshot = await createDeltaTable(tablePath, plain);
    await append(snapshot, 'app', 1);
    await writeCheckpoint(snapshot, duckDb);
    const path = join(tablePath, '_delta_log', '00000000000000000001.checkpoint.parquet').replaceAll("'", "''");
    const rows = await duckDb.run(
      `SELECT protocol.minReaderVersion, protocol.readerFeatures IS NULL, metaData.format.provider, txn.appId, add.path, add.stats
       FROM read_parquet('${path}')`,
    );
    expect(rows.getRows()).toEqual([
      [1, true, null, null, null, null],
      [null, true, 'parquet', null, null, null],
      [null, true, null, 'app', null, null],
      [null, true, null, null, 'app-1.parquet', addOf('').stats as string],
    ]);
  });

  it('applies the removals of other writers, and keeps them in checkpoints', async () => {
    const snapshot = await createDeltaTable(tablePath, plain);
    await append(snapshot, 'app', 1);
    const remove = { path: 'app-1.parquet', deletionTimestamp: Date.now(), dataChange: true };
    await writeFile(commitPath(tablePath, 2), `${JSON.stringify({ remove })}\n`);
    await append(snapshot, 'app', 2);
    expect([...snapshot.files.keys()]).toEqual(['app-2.parquet']);
    await writeCheckpoint(snapshot, duckDb);
    const restored = await read();
    expect([...restored.files.keys()]).toEqual(['app-2.parquet']);
    expect(restored.removedFiles.get('app-1.parquet')?.deletionTimestamp).toBe(remove.deletionTimestamp);
  });

  it('is refused if it has a gap or a torn line, or needs an unknown feature', async () => {
    const snapshot = await createDeltaTable(tablePath, plain);
    await append(snapshot, 'app', 1);
    await append(snapshot, 'app', 2);
    await unlink(commitPath(tablePath, 1));
    await expectAsync(read()).toBeRejectedWithError(DeltaLogError, /gap: 00000000000000000001\.json is missing/);

    await writeFile(commitPath(tablePath, 1), '{"add":{"path":"x');
    await expectAsync(read()).toBeRejectedWithError(DeltaLogError, /not JSON/);

    const protocol = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['featureOfTomorrow'],
      writerFeatures: ['featureOfTomorrow'],
    };
    await writeFile(commitPath(tablePath, 1), JSON.stringify({ protocol }));
    const unreadable = await read();
    expect(() => unreadable.checkReadable()).toThrowError(DeltaLogError, /featureOfTomorrow/);
  });

  it('is read but not written if it requires a feature of writers only', async () => {
    await createDeltaTable(tablePath, plain);
    const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['rowTracking'] };
    await writeFile(commitPath(tablePath, 1), JSON.stringify({ protocol }));
    const snapshot = await read();
    expect(() => snapshot.checkWritable()).toThrowError(DeltaLogError, /rowTracking/);
  });

  it('is not found if there is no log', async () => {
    expect(await readDeltaLog(tablePath, duckDb)).toBeUndefined();
    await mkdir(join(tablePath, '_delta_log'), { recursive: true });
    await appendFile(join(tablePath, '_delta_log', '.00000000000000000000.json.x.tmp'), '');
    expect(await readDeltaLog(tablePath, duckDb)).toBeUndefined();
    await rm(tablePath, { recursive: true });
  });
});
