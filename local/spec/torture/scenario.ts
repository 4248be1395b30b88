/**
 * A process that does the same each time: rows into two tables, flushes, columns that are added, a checkpoint, an end.
 * Arguments: the data directory, how many flushes, and `compact` to merge and delete files meanwhile. It prints `sent
 * <table> <first> <count>` and `acked <table> <first> <count>`, and continues after errors.
 */
import { writeSync } from 'node:fs';
import { parseAlterTable } from '../../lib/schema/parseAlterTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { optimizeTables } from '../../lib/storage/optimizeTables.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { vacuumTables } from '../../lib/storage/vacuumTables.ts';
import { rowLineOf } from '../support/foreignWriter/foreignRows.ts';
import { tortureTables } from './tortureTables.ts';

const added = parseAlterTable('ALTER TABLE main.torture.alpha ADD COLUMNS (added INT, added_at TIMESTAMP_NTZ)').changes;
const [dataDir = '', flushes = '12', mode = ''] = process.argv.slice(2);
const isCompacting = mode === 'compact';
/** Whatever is replaced may be deleted at once. */
const properties = {
  'delta.logRetentionDuration': 'interval 0 seconds',
  'delta.deletedFileRetentionDuration': 'interval 0 seconds',
};
const first: Record<string, number> = { alpha: 1, beta: 1_000_001 };

function print(line: string): void {
  writeSync(1, `${line}\n`);
}

async function attempt(what: string, task: () => Promise<unknown>): Promise<void> {
  await task().catch((error: Error) => print(`failed ${what}: ${error.message.split('\n', 1)[0]}`));
}

async function append(store: TableStore, table: string, count: number): Promise<void> {
  const start = first[table] as number;
  first[table] = start + count;
  print(`sent ${table} ${start} ${count}`);
  const lines = Array.from({ length: count }, (_, index) => rowLineOf(start + index));
  await attempt('append', async () => {
    await store.append(`main.torture.${table}`, Buffer.from(lines.join('')), count);
    print(`acked ${table} ${start} ${count}`);
  });
}

/** Runs the commands. They are other writers to the open store. */
async function compact(): Promise<void> {
  for await (const { problem } of optimizeTables(dataDir, [])) {
    print(`optimized ${problem?.message ?? ''}`);
  }
  for await (const { problem, paths } of vacuumTables(dataDir, [], { retentionMs: 0, isDryRun: false })) {
    print(`vacuumed ${paths.length} ${problem?.message ?? ''}`);
  }
}

const store = await openTableStore({
  dataDir,
  tables: isCompacting ? tortureTables.map((table) => ({ ...table, properties })) : tortureTables,
  optimizeAfterFiles: isCompacting ? 5 : 0,
  flushIntervalMs: 3_600_000,
  segmentBytes: 4000,
  onError: (error) => print(`reported ${error.message.split('\n', 1)[0]}`),
}).catch((error: Error) => {
  print(`refused ${error.message}`);
  process.exit(3);
});
for (let step = 0; step < Number(flushes); step += 1) {
  await Promise.all([append(store, 'alpha', 2), append(store, 'alpha', 1)]);
  if (step % 5 === 2) {
    await append(store, 'beta', 3);
  }
  if (step === 4) {
    // More than fits into a segment, so it is flushed on its own.
    await append(store, 'alpha', 60);
  }
  if (step === 6) {
    print('alter');
    await attempt('alter', () => store.alter('main.torture.alpha', added));
    print('altered');
  }
  print('flush');
  await attempt('flush', () => store.flush(step % 5 === 2 ? undefined : 'main.torture.alpha'));
  if (isCompacting && step % 4 === 3) {
    await attempt('optimize', compact);
  }
  print('flushed');
}
await append(store, 'alpha', 2);
await append(store, 'beta', 2);
await attempt('close', () => store.close());
print('end');
// Handles that a failed call has left open must not keep the process alive.
process.exit(0);
