// Serves the application and the gateway: the program that would run in production. main.ts starts it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zerobusGateway } from 'rxjs-zerobus/gateway';
import { reachThisMachineDirectly } from '../support/reachThisMachineDirectly.ts';
import { Application } from './application.ts';
import { durableSequences } from './durableSequences.ts';
import { eventRow, eventsTable } from './eventsTable.ts';
import { Sessions } from './sessions.ts';

const { SESSION_SECRET, PORT, APPLICATION, LOCAL_DATA } = process.env;
if (SESSION_SECRET === undefined || APPLICATION === undefined) {
  throw new Error('SESSION_SECRET and APPLICATION are missing: start main.js, which sets them.');
}
if (LOCAL_DATA !== undefined) {
  reachThisMachineDirectly();
}

const sessions = new Sessions(SESSION_SECRET);
const application = new Application(APPLICATION, sessions);
// The workspace and its credentials are in the environment.
const gateway = zerobusGateway(eventsTable, {
  authenticate: ({ headers }) => sessions.visitorOf(headers.cookie),
  row: eventRow,
  durableSequences: LOCAL_DATA === undefined ? undefined : (client, from) => durableSequences(LOCAL_DATA, client, from),
  refused: ({ sequence, error }) => console.error(`event ${sequence} is refused: ${error.message}`),
  failed: (error) => console.error(error),
});

const server = createServer((request, response) => {
  if (request.url === '/events') {
    gateway.handle(request, response);
  } else {
    application.handle(request, response);
  }
});
server.on('error', (error) => {
  console.error(`The page cannot be served: ${error.message}. Choose another port with --port.`);
  process.exit(1);
});
server.listen(Number(PORT ?? 0), '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

/** Answers what has come in, and ends. */
async function end(): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await gateway.drain().catch((error: unknown) => console.error(error));
  server.closeAllConnections();
  if (process.connected) {
    process.disconnect();
  }
}

process.once('SIGTERM', end);
// Whatever started it is gone.
process.once('disconnect', end);
// Ctrl-C reaches every process of a terminal. main.js sends SIGTERM then.
process.on('SIGINT', () => {});
