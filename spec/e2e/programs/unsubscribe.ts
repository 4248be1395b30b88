// Run as a process of its own: unsubscribes at the point that is asked for, and must then end by itself.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { NEVER, startWith } from 'rxjs';
import { type ToZerobusOptions, toZerobus } from '../../../operators/toZerobus.ts';
import { readingsTable, startServer } from '../../support/startServer.ts';

const { server, connection } = await startServer();
/** Takes connections and never answers. */
const silent = createServer();
silent.listen(0, '127.0.0.1');
await once(silent, 'listening');
const silentAddress = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;

const isReached = (condition: () => boolean) => async (): Promise<void> => {
  while (!condition()) await new Promise(setImmediate);
};
const points: Record<
  string,
  { readonly options?: ToZerobusOptions; readonly prepare?: () => void; readonly reached: () => Promise<unknown> }
> = {
  'while the token is fetched': { options: { workspaceUrl: silentAddress }, reached: () => once(silent, 'connection') },
  'while it connects': {
    options: { endpoint: silentAddress, headersProvider: { getHeaders: () => ({}) } },
    reached: () => once(silent, 'connection'),
  },
  'while it waits for an ack': {
    prepare: () => server.faults.dropAcks(),
    reached: isReached(() => server.activity.counters.recordsAccepted > 0),
  },
  'while it waits to reconnect': {
    prepare: () => server.faults.refuseStreams({ code: 14 }),
    options: { random: () => 0.99, recoveryBackoffMs: 600_000, recoveryBackoffMaxMs: 600_000 },
    reached: isReached(() => server.activity.counters.streamsRefused > 0),
  },
  'while everything is durable': { reached: isReached(() => server.activity.counters.acksSent > 0) },
};

const point = points[process.argv[2] ?? ''];
if (point === undefined) throw new Error(`no such point, there are: ${Object.keys(points).join(', ')}`);
point.prepare?.();
const reached = point.reached();
const subscription = NEVER.pipe(
  startWith({ device: 'a', temp: 1 }),
  toZerobus(readingsTable, { ...connection, ...point.options }),
).subscribe();
await reached;
subscription.unsubscribe();
silent.close();
await server.close();
console.log('closed');
