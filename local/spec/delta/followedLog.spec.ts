import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Alteration } from '../../lib/delta/commitAlteration.ts';
import type { Append } from '../../lib/delta/commitAppend.ts';
import { createDeltaTable } from '../../lib/delta/createDeltaTable.ts';
import type { AddAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { FollowedLog } from '../../lib/delta/followedLog.ts';
import { commitPath, LOG_FOLDER, parseLogFileName } from '../../lib/delta/logFileName.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { DeltaLogError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { parseDeltaSchema } from '../../lib/schema/parseDeltaSchema.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const table = parseCreateTable('CREATE TABLE main.spec.t (n INT)');

describe('FollowedLog', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;
  let tablePath: string;

  beforeEach(async () => {
    duckDb = new DuckDb();
    tablePath = join(temporaryDirectory(), 'table');
    await mkdir(tablePath);
  });

  afterEach(() => duckDb.close());

  function appendOf(path: string, version: number, check: Append['check'] = () => undefined): Append {
    const add: AddAction = { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true };
    return { adds: [add], transaction: { appId: path, version }, check };
  }

  async function read(): Promise<DeltaSnapshot> {
    return (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
  }

  /** Other writers commit, write a checkpoint, and delete every commit up to it. */
  async function goOnAndCleanUp(commits: number): Promise<void> {
    const other = await FollowedLog.from(await read());
    for (let version = 1; version <= commits; version += 1) {
      await other.append(appendOf('other', version), duckDb);
    }
    await writeCheckpoint(other.snapshot, duckDb);
    for (const name of await readdir(join(tablePath, LOG_FOLDER))) {
      if (parseLogFileName(name)?.kind === 'commit') {
        await unlink(join(tablePath, LOG_FOLDER, name));
      }
    }
  }

  it('reads the whole log again if the commits that it has read are gone', async () => {
    const log = await FollowedLog.from(await createDeltaTable(tablePath, table));
    await goOnAndCleanUp(3);
    await log.refresh(duckDb);
    expect(log.snapshot.version).toBe(3);
    await log.append(appendOf('ours', 1), duckDb);
    expect((await read()).version).toBe(4);
    expect([...(await read()).files.keys()]).toEqual(['other', 'ours']);
  });

  it('does not commit into a gap that a cleanup of newer commits leaves meanwhile', async () => {
    await createDeltaTable(tablePath, table);
    await goOnAndCleanUp(0);
    const other = await FollowedLog.from(await read());
    await other.append(appendOf('first', 1), duckDb);
    const log = await FollowedLog.from(await read());
    await goOnAndCleanUp(3);
    await expectAsync(log.append(appendOf('ours', 1), duckDb)).toBeRejectedWithError(
      DeltaLogError,
      /cleaned up beyond/,
    );
    await expectAsync(readdir(join(tablePath, LOG_FOLDER))).not.toBeResolvedTo(
      jasmine.arrayContaining([commitPath('', 2).slice(LOG_FOLDER.length + 1)]),
    );
    await log.refresh(duckDb);
    await log.append(appendOf('ours', 1), duckDb);
    expect([...(await read()).files.keys()].sort()).toEqual(['first', 'other', 'ours']);
  });

  it('keeps a commit that follows a checkpoint whose own commit is deleted meanwhile', async () => {
    const log = await FollowedLog.from(await createDeltaTable(tablePath, table));
    await goOnAndCleanUp(0);
    expect(await log.append(appendOf('ours', 1), duckDb)).toBe(true);
    expect([...(await read()).files.keys()]).toEqual(['ours']);
  });

  const addition = (name: string): Alteration => ({
    operation: 'ADD COLUMNS',
    columns: (present) => [...present, { name, type: { kind: 'string' }, nullable: true }],
    check: () => undefined,
  });
  const columnsOf = ({ metaData }: DeltaSnapshot): readonly string[] =>
    parseDeltaSchema(metaData.schemaString).map(({ name }) => name);

  it('alters the table after commits that it has not read', async () => {
    const log = await FollowedLog.from(await createDeltaTable(tablePath, table));
    const other = await FollowedLog.from(await read());
    await other.alter(addition('theirs'), duckDb);
    await other.append(appendOf('other', 1), duckDb);
    expect(await log.alter(addition('ours'), duckDb)).toBe(true);
    expect(columnsOf(await read())).toEqual(['n', 'theirs', 'ours']);
    expect(columnsOf(log.snapshot)).toEqual(['n', 'theirs', 'ours']);
    expect(await log.alter({ ...addition(''), columns: (present) => present }, duckDb)).toBe(false);
    expect((await read()).version).toBe(3);
  });

  it('does not alter the table in a gap that a cleanup of newer commits leaves meanwhile', async () => {
    await createDeltaTable(tablePath, table);
    await goOnAndCleanUp(0);
    const other = await FollowedLog.from(await read());
    await other.append(appendOf('first', 1), duckDb);
    const log = await FollowedLog.from(await read());
    await goOnAndCleanUp(3);
    await expectAsync(log.alter(addition('ours'), duckDb)).toBeRejectedWithError(DeltaLogError, /cleaned up beyond/);
    expect(columnsOf(await read())).toEqual(['n']);
    await log.refresh(duckDb);
    await log.alter(addition('ours'), duckDb);
    expect(columnsOf(await read())).toEqual(['n', 'ours']);
  });

  it('reports that there is no table any more', async () => {
    const log = await FollowedLog.from(await createDeltaTable(tablePath, table));
    await unlink(commitPath(tablePath, 0));
    await expectAsync(log.refresh(duckDb)).toBeRejectedWithError(DeltaLogError, /no Delta table at .* any more/);
  });
});
