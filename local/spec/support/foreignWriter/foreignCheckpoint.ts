import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForeignAction } from './foreignAction.ts';
import { type ForeignDatabase, sqlText } from './foreignDatabase.ts';
import { type ForeignSnapshot, foreignCommitPath, foreignLog } from './foreignSnapshot.ts';

const DELETION_VECTOR =
  'STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT, maxRowIndex BIGINT)';
const TEXTS = 'MAP(VARCHAR, VARCHAR)';

/** The columns of a checkpoint of Delta 4.0, in its order. */
const columns: Readonly<Record<string, string>> = {
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add:
    `STRUCT(path VARCHAR, partitionValues ${TEXTS}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, tags ${TEXTS}, ` +
    `deletionVector ${DELETION_VECTOR}, baseRowId BIGINT, defaultRowCommitVersion BIGINT, clusteringProvider VARCHAR, stats VARCHAR)`,
  remove:
    `STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues ${TEXTS}, ` +
    `size BIGINT, deletionVector ${DELETION_VECTOR}, baseRowId BIGINT, defaultRowCommitVersion BIGINT)`,
  metaData:
    `STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, "options" ${TEXTS}), ` +
    `schemaString VARCHAR, partitionColumns VARCHAR[], configuration ${TEXTS}, createdTime BIGINT)`,
  protocol:
    'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
  domainMetadata: 'STRUCT(domain VARCHAR, configuration VARCHAR, removed BOOLEAN)',
};

/** The actions that a foreign checkpoint omits. */
export interface ForeignRetention {
  /** As with `delta.setTransactionRetentionDuration = 'interval 0 seconds'`: no `txn` is kept. */
  readonly dropsTransactions: boolean;
  /** As with `delta.deletedFileRetentionDuration = 'interval 0 seconds'`: no `remove` is kept. */
  readonly dropsTombstones: boolean;
}

/** Writes a classic checkpoint of the snapshot and its `_last_checkpoint`, as Spark does. */
export async function writeForeignCheckpoint(
  tablePath: string,
  snapshot: ForeignSnapshot,
  database: ForeignDatabase,
  retention: ForeignRetention,
): Promise<void> {
  const actions: readonly ForeignAction[] = [
    ...(retention.dropsTransactions ? [] : Array.from(snapshot.transactions.values(), (txn) => ({ txn }))),
    ...Array.from(snapshot.files.values(), (add) => ({ add: { ...add, dataChange: false } })),
    ...(retention.dropsTombstones
      ? []
      : Array.from(snapshot.tombstones.values(), (remove) => ({ remove: { ...remove, dataChange: false } }))),
    { metaData: snapshot.metaData },
    { protocol: snapshot.protocol },
  ];
  const target = foreignCommitPath(tablePath, snapshot.version).replace(/json$/, 'checkpoint.parquet');
  const lines = join(foreignLog(tablePath), `.foreign.${randomUUID()}.json`);
  const unfinished = `${lines}.parquet`;
  await writeFile(lines, actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
  const types = Object.entries(columns).map(([name, type]) => `${name}: ${sqlText(type)}`);
  await database.run(
    `COPY (SELECT * FROM read_json(${sqlText(lines)}, columns = {${types.join(', ')}}, format = 'newline_delimited', ` +
      `maximum_object_size = 100000000)) TO ${sqlText(unfinished)} (FORMAT parquet, USE_TMP_FILE false)`,
  );
  const { size } = await stat(unfinished);
  await rename(unfinished, target);
  const pointer = {
    version: snapshot.version,
    size: actions.length,
    sizeInBytes: size,
    numOfAddFiles: snapshot.files.size,
  };
  await writeFile(lines, JSON.stringify(pointer));
  await rename(lines, join(foreignLog(tablePath), '_last_checkpoint'));
}

/**
 * Deletes the commits and checkpoints that the newest checkpoint replaces. The commit of its own version stays.
 */
export async function cleanForeignLog(tablePath: string): Promise<void> {
  const names = await readdir(foreignLog(tablePath));
  const versions = names
    .filter((name) => /^\d{20}\.checkpoint\.parquet$/.test(name))
    .map((name) => Number(name.slice(0, 20)));
  const newest = Math.max(-1, ...versions);
  for (const name of names.filter((each) => /^\d{20}\./.test(each) && Number(each.slice(0, 20)) < newest)) {
    await unlink(join(foreignLog(tablePath), name));
  }
}

/** Deletes the data files of an attempt after another writer has overtaken its commit. */
export async function discardForeignFiles(tablePath: string, actions: readonly ForeignAction[]): Promise<void> {
  for (const { add } of actions) {
    if (add !== undefined) {
      await rm(join(tablePath, decodeURIComponent(add.path)));
    }
  }
}
