// Runs a zerobus-local in a process of its own, for the end-to-end runs. It reports its addresses. When asked about a
// table, it answers once all rows show.
import { setTimeout as wait } from 'node:timers/promises';
import { startZerobusLocal } from 'zerobus-local';
import { CREATE_FLIGHTS_TABLE } from '../../examples/demo/flights.ts';
import { CREATE_DOCUMENTS_TABLE } from '../inputs/documents.ts';
import { CREATE_READINGS_TABLE } from '../inputs/readings.ts';
import { endWithParent, sendToParent } from '../process/parent.ts';
import type { LocalServerOptions, TableQuestion } from './messages.ts';

const LOOK_EVERY_MS = 10;

endWithParent();
const { dataDir, flushIntervalMs } = JSON.parse(process.argv[2] ?? '{}') as LocalServerOptions;
const server = await startZerobusLocal({
  dataDir,
  flushIntervalMs,
  tables: [CREATE_FLIGHTS_TABLE, CREATE_DOCUMENTS_TABLE, CREATE_READINGS_TABLE],
  auth: false,
});
process.on('message', async ({ tableName, isPatient }: TableQuestion) => {
  while (isPatient && server.counters(tableName).unflushedRows > 0) {
    await wait(LOOK_EVERY_MS);
  }
  const { acceptedRows, tableRows } = server.counters(tableName);
  await sendToParent({ acceptedRows, tableRows, atMs: performance.timeOrigin + performance.now() });
});
await sendToParent({ endpoint: server.endpoint, workspaceUrl: server.workspaceUrl });
