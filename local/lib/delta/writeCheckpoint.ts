import { open, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { syncPath } from '../files/syncPath.ts';
import { temporaryName } from '../files/temporaryName.ts';
import type { DeltaAction } from './deltaAction.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';
import { checkpointPath, LOG_FOLDER } from './logFileName.ts';
import { removedFileRetentionMs } from './tableRetention.ts';

/**
 * A removed file stays in checkpoints for this time after its retention, in ms, so that it can be deleted first, even
 * if the process ends in between.
 */
const TOMBSTONE_GRACE_MS = 24 * 60 * 60 * 1000;

/**
 * The checkpoint's columns, one per action, as in the checkpoint schema of the Delta protocol. `stats` stays JSON text.
 */
const actionTypes: readonly (readonly [name: string, type: string])[] = [
  ['txn', 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)'],
  [
    'add',
    'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, ' +
      'tags MAP(VARCHAR, VARCHAR), stats VARCHAR, clusteringProvider VARCHAR)',
  ],
  [
    'remove',
    'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, ' +
      'partitionValues MAP(VARCHAR, VARCHAR), size BIGINT)',
  ],
  [
    'metaData',
    'STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, "options" MAP(VARCHAR, VARCHAR)), ' +
      'schemaString VARCHAR, partitionColumns VARCHAR[], createdTime BIGINT, configuration MAP(VARCHAR, VARCHAR))',
  ],
  [
    'protocol',
    'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
  ],
  ['domainMetadata', 'STRUCT("domain" VARCHAR, configuration VARCHAR, removed BOOLEAN)'],
];

/**
 * Writes a classic checkpoint of the snapshot's version, so that readers need no commit up to that version, and updates
 * `_last_checkpoint` to it. The version's commit must already be in the log.
 */
export async function writeCheckpoint(snapshot: DeltaSnapshot, duckDb: DuckDb): Promise<void> {
  const folder = join(snapshot.tablePath, LOG_FOLDER);
  const actions = reconciledActions(snapshot, Date.now() - removedFileRetentionMs(snapshot) - TOMBSTONE_GRACE_MS);
  const target = checkpointPath(snapshot.tablePath, snapshot.version);
  const temporary = join(folder, temporaryName(basename(target)));
  const lines = `${temporary}.ndjson`;
  try {
    await writeFile(lines, actions.map((action) => `${JSON.stringify(action)}\n`).join(''), { flag: 'wx' });
    const columns = actionTypes.map(([name, type]) => `${quoteLiteral(name)}: ${quoteLiteral(type)}`).join(', ');
    await duckDb.run(
      `COPY (SELECT * FROM read_json(${quoteLiteral(lines)}, columns = {${columns}}, format = 'newline_delimited', ` +
        `records = 'true', compression = 'uncompressed')) TO ${quoteLiteral(temporary)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
    );
    await syncPath(temporary);
    const { size } = await stat(temporary);
    await rename(temporary, target);
    await syncPath(folder);
    await writeLastCheckpoint(folder, {
      version: snapshot.version,
      size: actions.length,
      sizeInBytes: size,
      numOfAddFiles: snapshot.files.size,
    });
    snapshot.checkpointVersion = snapshot.version;
  } finally {
    await unlink(lines).catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
  }
}

/**
 * Whether the next checkpoint is due: after ten commits, which is Delta's default, and later if the table has many
 * files, since each checkpoint lists all of them, live and removed.
 */
export function isCheckpointDue({ version, checkpointVersion, files, removedFiles }: DeltaSnapshot): boolean {
  return version - checkpointVersion >= Math.max(10, Math.floor((files.size + removedFiles.size) / 100));
}

/** The actions that a checkpoint consists of. */
function reconciledActions(snapshot: DeltaSnapshot, oldestRemovalMs: number): readonly DeltaAction[] {
  const removals = [...snapshot.removedFiles.values()].filter(
    (remove) => (remove.deletionTimestamp ?? 0) > oldestRemovalMs,
  );
  return [
    { protocol: snapshot.protocol },
    { metaData: snapshot.metaData },
    ...Array.from(snapshot.domains.values(), (domainMetadata) => ({ domainMetadata })),
    ...Array.from(snapshot.transactions.values(), (txn) => ({ txn })),
    ...Array.from(snapshot.files.values(), (add) => ({ add })),
    // In a checkpoint, a removal only serves to clean up old files.
    ...removals.map((remove) => ({ remove: { ...remove, dataChange: false } })),
  ];
}

/** A hint for readers. It may be stale, but never torn. */
async function writeLastCheckpoint(folder: string, content: Readonly<Record<string, number>>): Promise<void> {
  const temporary = join(folder, temporaryName('_last_checkpoint'));
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(JSON.stringify(content));
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(folder, '_last_checkpoint'));
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}
