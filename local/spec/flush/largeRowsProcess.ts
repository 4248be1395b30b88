/**
 * A process that stores large rows in a table and reports how much memory it took. Arguments: the data directory, and
 * the name of a shape. It prints a JSON object with its peak memory, the reported errors, and the table's counters.
 */
import { writeSync } from 'node:fs';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { largeRowShapes } from './largeRowShapes.ts';

const [dataDir = '', name = ''] = process.argv.slice(2);
const shape = largeRowShapes[name];
if (shape === undefined) {
  throw new Error(`there is no shape ${name}`);
}
const errors: string[] = [];
const table = parseCreateTable(`CREATE TABLE main.spec.large (${shape.columns})`);
const store = await openTableStore({
  dataDir,
  tables: [table],
  flushIntervalMs: 3_600_000,
  onError: (error) => errors.push(error.message),
});
for (const lines of shape.lines()) {
  await store.append('main.spec.large', Buffer.from(`${lines}\n`), lines.split('\n').length);
}
await store.flush();
const counters = store.counters('main.spec.large');
await store.close();
const peakMebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
writeSync(1, JSON.stringify({ peakMebibytes, errors, counters }));
