import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitPath, LOG_FOLDER } from '../../../lib/delta/logFileName.ts';
import { tableMetadata } from '../../../lib/delta/tableMetadata.ts';
import { DuckDb } from '../../../lib/duckdb/duckDb.ts';
import { DeltaLogError } from '../../../lib/errors.ts';
import { tableFolder } from '../../../lib/files/dataPaths.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { findTable } from '../../../lib/storage/findTables.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const name = { catalog: 'a', schema: 'b', name: 'c' };
const duckDb = new DuckDb();

const lines = (...actions: readonly object[]): string =>
  actions.map((action) => `${JSON.stringify(action)}\n`).join('');
const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
const metaDataOf = (sql: string): object => ({
  metaData: {
    id: '12345678-0000-4000-8000-123456789abc',
    format: { provider: 'parquet', options: {} },
    ...tableMetadata(parseCreateTable(sql)),
  },
});
const simple = metaDataOf('CREATE TABLE a.b.c (n INT, day DATE) PARTITIONED BY (day)');
const add = {
  path: 'x.parquet',
  partitionValues: { day: '2026-11-26' },
  size: 1,
  modificationTime: 1,
  dataChange: true,
};

/** The commits of a table, separated by lines that are `---`. */
export const deltaLogTarget: FuzzTarget = {
  name: 'deltaLog',
  seeds: [
    lines(protocol, simple),
    `${lines({ commitInfo: {} }, protocol, simple)}---\n${lines({ add: { ...add, stats: '{"numRecords":3}' } }, { txn: { appId: 'p', version: 1 } })}`,
    `${lines(protocol, simple, { add })}---\n${lines({ remove: { path: 'x.parquet', dataChange: true } })}`,
    lines(
      {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['timestampNtz'],
          writerFeatures: ['timestampNtz'],
        },
      },
      metaDataOf(
        'CREATE TABLE a.b.c (a ARRAY<STRUCT<x: INT, y: MAP<STRING, VARCHAR(3)>>>, v VARIANT, d DECIMAL(5,2), CONSTRAINT k PRIMARY KEY (d)) CLUSTER BY (d)',
      ),
      {
        domainMetadata: { domain: 'delta.clustering', configuration: '{"clusteringColumns":[["d"]]}', removed: false },
      },
    ),
  ],
  words: [
    '{"metaData":',
    '{"add":',
    '{"protocol":',
    '"schemaString":',
    '\\"fields\\":',
    '\\"type\\":',
    'null',
    '5',
    '"x"',
    '[]',
    '{}',
    '[null]',
    '\n---\n',
  ],
  isTyped: isOfLog,
  read: async (input) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'zerobus-fuzz-'));
    try {
      const tablePath = tableFolder(dataDir, name);
      mkdirSync(join(tablePath, LOG_FOLDER), { recursive: true });
      input
        .toString('latin1')
        .split('---\n')
        .forEach((commit, version) => {
          writeFileSync(commitPath(tablePath, version), commit, 'latin1');
        });
      const found = await findTable(dataDir, name, duckDb);
      if (found?.problem !== undefined) {
        throw found.problem;
      }
      found?.snapshot?.checkWritable();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  },
};

/** An error of the log that was not made of an error of JavaScript, which says nothing of the log. */
function isOfLog(error: unknown): boolean {
  const causes = error instanceof Error ? [error.cause, (error.cause as Error | undefined)?.cause] : [];
  return (
    error instanceof DeltaLogError && !causes.some((cause) => cause instanceof TypeError || cause instanceof RangeError)
  );
}
