// Runs as a process of its own: a gateway. Its argument is its configuration as JSON. It prints its port, and drains on
// SIGTERM.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zerobusGateway } from '../../../operators/zerobusGateway.ts';
import { eventsTable, type PageEvent } from '../../support/eventsTable.ts';

const { connection, durable } = JSON.parse(process.argv[2] ?? '{}');
const gateway = zerobusGateway(eventsTable, {
  ...connection,
  authenticate: () => true,
  row: ({ kind }: PageEvent, { client, sequence }) => ({ client, sequence, kind }),
  durableSequences: async (client, from) => (await fetch(`${durable}/?client=${client}&from=${from}`)).json(),
});
const server = createServer(gateway.handle).listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});
process.once('SIGTERM', async () => {
  await gateway.drain(5000);
  server.close();
});
