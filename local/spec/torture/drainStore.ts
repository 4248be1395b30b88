/** A process that opens a store, flushes all waiting rows into the tables, and ends. Argument: the data directory. */
import { writeSync } from 'node:fs';
import { openTableStore } from '../../lib/storage/openTableStore.ts';

const [dataDir = ''] = process.argv.slice(2);

try {
  const store = await openTableStore({ dataDir, onError: () => undefined });
  await store.close();
} catch (error) {
  writeSync(1, `refused ${error instanceof Error ? error.message : error}\n`);
}
process.exit(0);
