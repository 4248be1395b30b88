// Runs as a process of its own. Restarts the server under one stream, reports what is left, and must then end by
// itself.
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { filter, firstValueFrom, Subject, share } from 'rxjs';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { freePort } from '../../support/freePort.ts';
import { READINGS_TABLE, startServer } from '../../support/startServer.ts';

const restartCount = Number(process.argv[2]);
/** grpc-js connects again 0.8 to 1.2 seconds after it began to connect, if it does. */
const RECONNECT_MS = 1500;

/** The number of open descriptors, or of sockets if the system does not list descriptors. */
function openCount(): number {
  return process.platform === 'linux'
    ? readdirSync('/proc/self/fd').length
    : process.getActiveResourcesInfo().filter((name) => /TCP|TLS/.test(name)).length;
}

const ports = { port: await freePort(), httpPort: await freePort() };
let { server, connection } = await startServer(ports);
const source$ = new Subject<object>();
const acks$ = source$.pipe(
  toZerobus(READINGS_TABLE, {
    ...connection,
    recoveryBackoffMs: 20,
    recoveryBackoffMaxMs: 20,
    recoveryRetries: 1000,
  }),
  share(),
);
const subscription = acks$.subscribe();
let sentCount = 0;

/** Writes a record and waits until it is durable. */
async function write(): Promise<void> {
  const offset = sentCount++;
  const durable = firstValueFrom(acks$.pipe(filter((durableOffset) => durableOffset >= offset)));
  source$.next({ device: 'a', temp: offset });
  await durable;
}

await write();
const before = openCount();
for (let n = 0; n < restartCount; n++) {
  await server.close();
  // Some attempts are refused meanwhile.
  await delay(60);
  ({ server } = await startServer(ports));
  await write();
}
await delay(RECONNECT_MS);
const leaked = openCount() - before;
subscription.unsubscribe();
await server.close();
console.log(JSON.stringify({ leaked }));
