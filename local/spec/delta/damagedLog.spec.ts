import { copyFile, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitAppend } from '../../lib/delta/commitAppend.ts';
import { createDeltaTable } from '../../lib/delta/createDeltaTable.ts';
import type { AddAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { checkpointPath, commitPath } from '../../lib/delta/logFileName.ts';
import { readDeltaLog, readNewCommits } from '../../lib/delta/readDeltaLog.ts';
import { isCheckpointDue, writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { DeltaLogError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const table = parseCreateTable('CREATE TABLE main.o.t (n BIGINT)');

describe('a damaged Delta log', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;
  let tablePath: string;
  let original: DeltaSnapshot;

  /** A table at version 12, with one file in each commit after the first, and with checkpoints of versions 5 and 10. */
  beforeEach(async () => {
    duckDb = new DuckDb();
    tablePath = join(temporaryDirectory(), 'table');
    original = await createDeltaTable(tablePath, table);
    for (let version = 1; version <= 12; version += 1) {
      await append(original, version);
      if (version === 5 || version === 10) {
        await writeCheckpoint(original, duckDb);
      }
    }
  });

  afterEach(() => duckDb.close());

  async function append(snapshot: DeltaSnapshot, version: number): Promise<void> {
    const add: AddAction = {
      path: `${version}.parquet`,
      partitionValues: {},
      size: 1,
      modificationTime: 1,
      dataChange: true,
    };
    await commitAppend(snapshot, { adds: [add], transaction: { appId: 'app', version }, check: () => undefined });
  }

  /** Expects the log to be read as it was before the damage, starting from this checkpoint. */
  async function expectIntact(checkpointVersion: number): Promise<DeltaSnapshot> {
    const snapshot = (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
    expect(snapshot.version).toBe(12);
    expect(snapshot.checkpointVersion).toBe(checkpointVersion);
    expect([...snapshot.files]).toEqual([...original.files]);
    expect(snapshot.metaData).toEqual(original.metaData);
    expect(snapshot.protocol).toEqual(original.protocol);
    expect(snapshot.transactionVersion('app')).toBe(12);
    return snapshot;
  }

  async function removeCommits(last: number): Promise<void> {
    for (let version = 0; version <= last; version += 1) {
      await unlink(commitPath(tablePath, version));
    }
  }

  /** Replaces a checkpoint by one of several parts with one action each. One part may be missing. */
  async function splitCheckpoint(version: number, missingPart?: number): Promise<void> {
    const path = checkpointPath(tablePath, version);
    const count = Number((await duckDb.run(`SELECT count(*) FROM ${quoteLiteral(path)}`)).getRows()[0]?.[0]);
    const digits = (n: number) => String(n).padStart(10, '0');
    for (let part = 1; part <= count; part += 1) {
      const target = path.replace('.parquet', `.${digits(part)}.${digits(count)}.parquet`);
      if (part !== missingPart) {
        await duckDb.run(
          `COPY (FROM ${quoteLiteral(path)} LIMIT 1 OFFSET ${part - 1}) TO ${quoteLiteral(target)} (FORMAT parquet)`,
        );
      }
    }
    await unlink(path);
  }

  const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
    truncated: (path) => truncate(path, 500),
    emptied: (path) => truncate(path, 0),
    'overwritten at its start': async (path) => {
      const content = await readFile(path);
      await writeFile(path, content.fill(0x5a, 0, content.length - 400));
    },
    'without the protocol': (path) => rewriteWithout(path, 'protocol'),
    'without the metaData': (path) => rewriteWithout(path, 'metaData'),
  };

  async function rewriteWithout(path: string, action: string): Promise<void> {
    await duckDb.run(
      `COPY (FROM ${quoteLiteral(path)} WHERE ${action} IS NULL) TO ${quoteLiteral(`${path}.new`)} (FORMAT parquet)`,
    );
    await copyFile(`${path}.new`, path);
    await unlink(`${path}.new`);
  }

  for (const [damage, inflict] of Object.entries(damages)) {
    it(`is read from an older checkpoint if the newest is ${damage}, or from the commits`, async () => {
      await expectIntact(10);
      await inflict(checkpointPath(tablePath, 10));
      await expectIntact(5);
      await inflict(checkpointPath(tablePath, 5));
      const snapshot = await expectIntact(0);
      expect(isCheckpointDue(snapshot)).toBe(true);
      await writeCheckpoint(snapshot, duckDb);
      await expectIntact(12);
    });
  }

  it('is refused if a checkpoint is truncated whose commits are gone', async () => {
    await removeCommits(9);
    await rm(checkpointPath(tablePath, 5));
    await truncate(checkpointPath(tablePath, 10), 500);
    await expectAsync(readDeltaLog(tablePath, duckDb)).toBeRejectedWithError(
      DeltaLogError,
      /gap: 00000000000000000000\.json is missing.* Restore the file .* because the checkpoint .*10\.checkpoint\.parquet can't be read \(.*\)\.$/,
    );
  });

  it('is never read as of an older version, even if only a checkpoint proves a newer one', async () => {
    await unlink(commitPath(tablePath, 11));
    await unlink(commitPath(tablePath, 12));
    await unlink(commitPath(tablePath, 10));
    await truncate(checkpointPath(tablePath, 10), 500);
    await expectAsync(readDeltaLog(tablePath, duckDb)).toBeRejectedWithError(
      DeltaLogError,
      /gap: 00000000000000000010\.json is missing, but there are files of version 10\./,
    );
  });

  it('is read from a checkpoint of several parts if all of them exist', async () => {
    await splitCheckpoint(10);
    await removeCommits(9);
    await expectIntact(10);
  });

  it('is read without a checkpoint one of whose parts is missing, or refused', async () => {
    await splitCheckpoint(10, 3);
    await expectIntact(5);
    await removeCommits(9);
    await unlink(checkpointPath(tablePath, 5));
    await expectAsync(readDeltaLog(tablePath, duckDb)).toBeRejectedWithError(
      DeltaLogError,
      /because 1 of the parts of the checkpoint .*10\.checkpoint\..* are missing\.$/,
    );
  });

  it('is refused with the reason if its only checkpoint is of an unsupported kind', async () => {
    await removeCommits(10);
    await unlink(checkpointPath(tablePath, 5));
    const path = checkpointPath(tablePath, 10);
    await copyFile(path, path.replace('.parquet', '.01234567-89ab-4def-8123-456789abcdef.parquet'));
    await unlink(path);
    await expectAsync(readDeltaLog(tablePath, duckDb)).toBeRejectedWithError(
      DeltaLogError,
      /because zerobus-local does not support the kind of checkpoint in .*10\.checkpoint\.01234567.*\.$/,
    );
  });

  const hints: Readonly<Record<string, string | undefined>> = {
    stale: '{"version":5,"size":7}',
    'ahead of all files': '{"version":99,"size":7}',
    torn: '{"version":1',
    empty: '',
    missing: undefined,
  };

  for (const [state, content] of Object.entries(hints)) {
    it(`is also read if _last_checkpoint is ${state}`, async () => {
      const path = join(tablePath, '_delta_log', '_last_checkpoint');
      await (content === undefined ? unlink(path) : writeFile(path, content));
      await expectIntact(10);
    });
  }

  const commits: readonly (readonly [damage: string, edit: (text: string) => string])[] = [
    ['is empty', () => ''],
    ['has only blanks', () => ' \n\n'],
    ['is torn in its last line', (text) => text.slice(0, -10)],
    ['has a line that is no object', (text) => `${text}null\n`],
    ['has zeros at its end', (text) => `${text}${'\0'.repeat(100)}`],
  ];

  for (const [damage, edit] of commits) {
    it(`is refused if a commit ${damage}, and the commit is named`, async () => {
      const behind = (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
      const path = commitPath(tablePath, 13);
      await writeFile(path, edit(await readFile(commitPath(tablePath, 12), 'utf8')));
      const message = /_delta_log\/00000000000000000013\.json is damaged: .* Restore it .* moved away\.$/;
      await expectAsync(readDeltaLog(tablePath, duckDb)).toBeRejectedWithError(DeltaLogError, message);
      await expectAsync(readNewCommits(behind)).toBeRejectedWithError(DeltaLogError, message);
      expect([behind.version, behind.files.size, behind.transactionVersion('app')]).toEqual([12, 12, 12]);
      await expectAsync(append(behind, 14)).toBeRejectedWithError(DeltaLogError, message);
      await unlink(path);
      await expectIntact(10);
    });
  }

  it('is read past a damaged commit that a checkpoint covers', async () => {
    await truncate(commitPath(tablePath, 7), 0);
    await expectIntact(10);
    await truncate(checkpointPath(tablePath, 10), 500);
    await expectAsync(readDeltaLog(tablePath, duckDb)).toBeRejectedWithError(
      DeltaLogError,
      /0007\.json is damaged: it is empty\. .* because the checkpoint .*10\.checkpoint\.parquet can't be read/,
    );
  });

  it('is complete if a commit ends without a newline, or has other line ends', async () => {
    const text = await readFile(commitPath(tablePath, 12), 'utf8');
    await writeFile(commitPath(tablePath, 12), text.trimEnd());
    await expectIntact(10);
    await writeFile(commitPath(tablePath, 12), text.replaceAll('\n', '\r\n'));
    await expectIntact(10);
  });
});
