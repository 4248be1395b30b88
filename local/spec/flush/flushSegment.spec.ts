import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeltaTable } from '../../lib/delta/createDeltaTable.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { FollowedLog } from '../../lib/delta/followedLog.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { flushSegment } from '../../lib/flush/flushSegment.ts';
import type { FlushTarget } from '../../lib/flush/flushTarget.ts';
import { identityColumns, withIdentityMarks } from '../../lib/schema/identityMarks.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { encodeFrameHeader } from '../../lib/wal/frame.ts';
import { type SealedSegment, segmentPath } from '../../lib/wal/segment.ts';
import { commitAsOther } from '../storage/storeFixture.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

/** An id for each segment number. */
const ids: readonly string[] = Array.from({ length: 4 }, () => randomUUID());

const table = parseCreateTable('CREATE TABLE main.spec.t (n INT NOT NULL)');

const partitioned = {
  ...parseCreateTable('CREATE TABLE main.spec.t (n INT NOT NULL, p INT)'),
  partitionColumns: ['p'],
};

describe('flushSegment', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;
  let tablePath: string;

  beforeEach(() => {
    duckDb = new DuckDb();
    tablePath = join(temporaryDirectory(), 'table');
  });

  afterEach(() => duckDb.close());

  async function targetOf(snapshot: DeltaSnapshot, memoryMebibytes = 256, { columns } = table): Promise<FlushTarget> {
    return {
      fullName: 'main.spec.t',
      log: await FollowedLog.from(snapshot),
      columns,
      partitionColumns: snapshot.partitionColumns,
      clusterColumns: [],
      appId: 'app',
      memoryMebibytes,
      rejectedFolder: join(temporaryDirectory(), 'rejected'),
      check: () => undefined,
    };
  }

  /** A segment of two rows. `tail` was written after them, but never acknowledged. */
  async function writeSegment(number: number, tail = '', id = ids[number] as string): Promise<SealedSegment> {
    const lines = Buffer.from('{"n":1}\n{"n":2}\n');
    const frame = Buffer.concat([encodeFrameHeader([lines], 2), lines]);
    const identity = { number, id };
    const path = segmentPath(temporaryDirectory(), identity);
    await writeFile(path, Buffer.concat([frame, Buffer.from(tail)]));
    return { ...identity, path, bytes: frame.length, rows: 2, largestFrameBytes: frame.length };
  }

  async function dataFiles(): Promise<readonly string[]> {
    return (await readdir(tablePath)).filter((name) => name.endsWith('.parquet'));
  }

  it('adds the rows once if the commit was made by an attempt that seemed to fail', async () => {
    const target = await targetOf(await createDeltaTable(tablePath, table));
    const stale = await targetOf((await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot);
    expect(await flushSegment(duckDb, target, await writeSegment(3), fail)).toEqual({ rows: 2, rejectedRows: 0 });
    const segment = await writeSegment(3);
    await expectAsync(flushSegment(duckDb, stale, segment, fail)).toBeRejectedWithError(/recorded segment 3 meanwhile/);
    expect(await flushSegment(duckDb, stale, segment, fail)).toEqual({ rows: 0, rejectedRows: 0 });
    await expectAsync(stat(segment.path)).toBeRejected();
    expect(stale.log.snapshot.rowCount).toBe(2);
    expect(stale.log.snapshot.version).toBe(1);
    expect((await dataFiles()).length).toBe(1);
  });

  it('sets the rows aside if another writer has used the number for other rows', async () => {
    const target = await targetOf(await createDeltaTable(tablePath, table));
    const stale = await targetOf((await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot);
    await flushSegment(duckDb, target, await writeSegment(3), fail);
    const segment = await writeSegment(3, '', randomUUID());
    await expectAsync(flushSegment(duckDb, stale, segment, fail)).toBeRejectedWithError(/recorded segment 3 meanwhile/);
    const errors: string[] = [];
    await flushSegment(duckDb, stale, segment, (error) => errors.push(error.message));
    expect(errors).toEqual([jasmine.stringMatching(/no longer tells whether/)]);
    expect((await readdir(join(temporaryDirectory(), 'rejected'))).length).toBe(1);
    expect((await dataFiles()).length).toBe(1);
  });

  it('does not flush rows that were never acknowledged', async () => {
    const target = await targetOf(await createDeltaTable(tablePath, table));
    const tail = Buffer.from('{"n":3}\n');
    const segment = await writeSegment(0, `${encodeFrameHeader([tail], 1)}${tail}`);
    expect((await flushSegment(duckDb, target, segment, fail)).rows).toBe(2);
    expect(target.log.snapshot.rowCount).toBe(2);
    await expectAsync(stat(segment.path)).toBeRejected();
  });

  it('sets rows aside that need too much memory even one by one, and reports them', async () => {
    const target = await targetOf(await createDeltaTable(tablePath, table), 1);
    const segment = await writeSegment(0);
    const errors: string[] = [];
    const flushed = await flushSegment(duckDb, target, segment, (error) => errors.push(error.message));
    expect(flushed).toEqual({ rows: 0, rejectedRows: 2 });
    expect(errors).toEqual([jasmine.stringMatching(/^2 acknowledged rows can't be written .*Out of Memory/)]);
    expect(await dataFiles()).toEqual([]);
    const [name] = await readdir(target.rejectedFolder);
    expect(await readFile(join(target.rejectedFolder, name as string), 'utf8')).toBe('{"n":1}\n{"n":2}\n');
    expect(target.log.snapshot.transactionVersion('app')).toBe(0);
  });

  it('writes several files in one commit, with the rows in order, if there is not enough memory for one', async () => {
    const wide = parseCreateTable('CREATE TABLE main.spec.wide (n INT, s STRING)');
    const target = { ...(await targetOf(await createDeltaTable(tablePath, wide), 60)), columns: wide.columns };
    const rows = Array.from({ length: 40 }, (_, n) => `{"n":${n},"s":"${String(n).repeat(500_000)}"}\n`);
    const lines = Buffer.from(rows.join(''));
    const frame = Buffer.concat([encodeFrameHeader([lines], rows.length), lines]);
    const identity = { number: 0, id: ids[0] as string };
    const path = segmentPath(temporaryDirectory(), identity);
    await writeFile(path, frame);
    const segment = { ...identity, path, bytes: frame.length, rows: 40, largestFrameBytes: frame.length };
    expect(await flushSegment(duckDb, target, segment, fail)).toEqual({ rows: 40, rejectedRows: 0 });
    expect((await dataFiles()).length).toBeGreaterThan(1);
    expect(target.log.snapshot.version).toBe(1);
    const { rows: read } = await readTable(tablePath, 'SELECT n FROM this');
    expect(read.map(([n]) => n)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(await readdir(temporaryDirectory())).not.toContain('part.tmp');
  });

  it('leaves the segment and no file if the disk is the reason', async () => {
    const target = await targetOf(await createDeltaTable(tablePath, table));
    const segment = await writeSegment(0);
    await rename(tablePath, `${tablePath}-away`);
    await expectAsync(flushSegment(duckDb, target, segment, fail)).toBeRejectedWithError(/IO Error|ENOENT/);
    expect((await stat(segment.path)).size).toBe(segment.bytes);
    await rename(`${tablePath}-away`, tablePath);
    expect(await dataFiles()).toEqual([]);
    expect(target.log.snapshot.version).toBe(0);
    expect((await flushSegment(duckDb, target, segment, fail)).rows).toBe(2);
  });

  it('does not make the folder of a partitioned table again if it is gone', async () => {
    const target = await targetOf(await createDeltaTable(tablePath, partitioned), 256, partitioned);
    await rename(tablePath, `${tablePath}-away`);
    await expectAsync(flushSegment(duckDb, target, await writeSegment(0), fail)).toBeRejectedWithError(/ENOENT/);
    await expectAsync(stat(tablePath)).toBeRejectedWithError(/ENOENT/);
  });

  it('numbers the rows again if another writer has given numbers meanwhile', async () => {
    const numbered = parseCreateTable('CREATE TABLE main.spec.t (n INT, id BIGINT GENERATED ALWAYS AS IDENTITY)');
    const target = await targetOf(await createDeltaTable(tablePath, numbered), 256, numbered);
    const { metaData } = target.log.snapshot;
    const schemaString = withIdentityMarks(metaData.schemaString, new Map([['id', 7n]]));
    await commitAsOther(tablePath, { metaData: { ...metaData, schemaString } });
    const segment = await writeSegment(0);
    await expectAsync(flushSegment(duckDb, target, segment, fail)).toBeRejectedWithError(
      /has numbered rows .* meanwhile/,
    );
    expect([target.log.snapshot.version, await dataFiles()]).toEqual([1, []]);
    await flushSegment(duckDb, target, segment, fail, true);
    const { rows } = await readTable(tablePath, 'SELECT n, id FROM this');
    expect(rows).toEqual([
      [1, '8'],
      [2, '9'],
    ]);
    expect(identityColumns(target.log.snapshot.metaData.schemaString).get('id')?.highWaterMark).toBe(9n);
  });

  it('writes the files again if another writer has partitioned the table differently meanwhile', async () => {
    const target = await targetOf(await createDeltaTable(tablePath, partitioned), 256, partitioned);
    const metaData = { ...target.log.snapshot.metaData, partitionColumns: [] };
    await commitAsOther(tablePath, { metaData });
    const segment = await writeSegment(0);
    await expectAsync(flushSegment(duckDb, target, segment, fail)).toBeRejectedWithError(/partitioned .* differently/);
    expect(target.log.snapshot.version).toBe(1);
    await flushSegment(duckDb, { ...target, partitionColumns: [] }, segment, fail, true);
    expect((await dataFiles()).length).toBe(1);
    const { rows } = await readTable(tablePath, 'SELECT n, p FROM this');
    expect(rows).toEqual([
      [1, null],
      [2, null],
    ]);
  });
});
