/**
 * A process that appends to all tables of a store until it is killed or its input ends. Arguments: the data directory,
 * a JSON object with the next row number of each table, the flush interval in ms, and the size of segments in bytes. It
 * prints `open`, and then the same lines as the scenario. It prints `refused` if the store can't be opened.
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeltaTable } from '../../lib/schema/deltaType.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { rowLineOf } from '../support/foreignWriter/foreignRows.ts';

const [dataDir = '', numbers = '{}', flushIntervalMs = '5', segmentBytes = '20000'] = process.argv.slice(2);
const next = JSON.parse(numbers) as Record<string, number>;
/** Most rows of one table: enough for some flushes, and few enough to be read again and again. */
const MOST_ROWS = 400;

function print(line: string): void {
  writeSync(1, `${line}\n`);
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}

const store = await openTableStore({
  dataDir,
  flushIntervalMs: Number(flushIntervalMs),
  segmentBytes: Number(segmentBytes),
  onError: (error) => print(`reported ${firstLine(error)}`),
}).catch((error: unknown) => {
  print(`refused ${firstLine(error)}`);
  process.exit(3);
});
print('open');
let isEnding = false;

async function appendTo(definition: DeltaTable): Promise<void> {
  const { name } = definition;
  const end = (next[name] ?? 0) + MOST_ROWS;
  // While a foreign writer has changed the type of a column, rows of that type would not fit the table later.
  if (definition.columns.find((column) => column.name === 'm')?.type.kind === 'string') {
    return;
  }
  while (!isEnding && (next[name] ?? end) < end) {
    const first = next[name] as number;
    const count = 1 + (first % 5);
    next[name] = first + count;
    print(`sent ${name} ${first} ${count}`);
    const lines = Array.from({ length: count }, (_, index) => rowLineOf(first + index));
    try {
      await store.append(`main.torture.${name}`, Buffer.from(lines.join('')), count);
      print(`acked ${name} ${first} ${count}`);
    } catch (error) {
      print(`rejected ${name} ${firstLine(error)}`);
      await delay(20);
    }
    await delay(0);
  }
}

const appends = store.tables.flatMap((definition) => [definition, definition, definition]).map(appendTo);
// Ends when the other end closes it, even if that process is gone.
for await (const _ of process.stdin) {
  // Nothing is sent.
}
isEnding = true;
await Promise.all(appends);
await store.close().catch((error: unknown) => print(`failed close: ${firstLine(error)}`));
print('end');
process.exit(0);
