/**
 * A process that does the same each time: rows into a table with partitions and numbers, with a flush after each few.
 * Arguments: the data directory, and `compact` to merge and delete files after the last flush. It prints the same lines
 * as the scenario.
 */
import { writeSync } from 'node:fs';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { optimizeTables } from '../../lib/storage/optimizeTables.ts';
import { vacuumTables } from '../../lib/storage/vacuumTables.ts';
import { partitionedTable } from './partitionedTable.ts';

const [dataDir = '', mode = ''] = process.argv.slice(2);
const FLUSHES = 3;
const ROWS = 5;

function print(line: string): void {
  writeSync(1, `${line}\n`);
}

async function attempt(what: string, task: () => Promise<unknown>): Promise<void> {
  await task().catch((error: Error) => print(`failed ${what}: ${error.message.split('\n', 1)[0]}`));
}

/** Runs the commands. They are other writers to the open store. */
async function compact(): Promise<void> {
  for await (const { problem, addedFiles } of optimizeTables(dataDir, [])) {
    print(`optimized ${addedFiles} ${problem?.message ?? ''}`);
  }
  for await (const { problem, paths } of vacuumTables(dataDir, [], { retentionMs: 0, isDryRun: false })) {
    print(`vacuumed ${paths.length} ${problem?.message ?? ''}`);
  }
}

const store = await openTableStore({
  dataDir,
  tables: [partitionedTable],
  flushIntervalMs: 3_600_000,
  onError: (error) => print(`reported ${error.message.split('\n', 1)[0]}`),
}).catch((error: Error) => {
  print(`refused ${error.message}`);
  process.exit(3);
});
for (let flush = 0; flush < FLUSHES; flush += 1) {
  const first = flush * ROWS;
  print(`sent parts ${first} ${ROWS}`);
  const lines = Array.from({ length: ROWS }, (_, index) => `{"n":${first + index}}\n`);
  await attempt('append', async () => {
    await store.append('main.torture.parts', Buffer.from(lines.join('')), ROWS);
    print(`acked parts ${first} ${ROWS}`);
  });
  print('flush');
  await attempt('flush', () => store.flush());
  print('flushed');
}
if (mode === 'compact') {
  print('optimize');
  await attempt('optimize', compact);
  print('end');
}
await attempt('close', () => store.close());
process.exit(0);
