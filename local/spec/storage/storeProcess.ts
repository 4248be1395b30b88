/**
 * A process that appends rows until it is killed. Arguments: the data directory, and the number of the first row. It
 * prints `open`, and then a line with the number of each row when the row is acknowledged.
 */
import { writeSync } from 'node:fs';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';

const [dataDir = '', first = '0'] = process.argv.slice(2);
const table = parseCreateTable('CREATE TABLE main.spec.numbers (n BIGINT NOT NULL, payload STRING)');
const store = await openTableStore({ dataDir, tables: [table], flushIntervalMs: 5, segmentBytes: 20_000 });
writeSync(1, 'open\n');
const PAYLOAD = 'x'.repeat(100);

async function appendForEver(start: number, step: number): Promise<void> {
  for (let number = start; ; number += step) {
    await store.append('main.spec.numbers', Buffer.from(`{"n":${number},"payload":"${PAYLOAD}"}\n`), 1);
    writeSync(1, `${number}\n`);
  }
}

const WRITERS = 8;
await Promise.all(Array.from({ length: WRITERS }, (_, index) => appendForEver(Number(first) + index, WRITERS)));
