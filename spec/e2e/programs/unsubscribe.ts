// Runs as a process of its own. Unsubscribes at the requested point, and must then end by itself.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { NEVER, startWith } from 'rxjs';
import { type ToZerobusOptions, toZerobus } from '../../../operators/toZerobus.ts';
import { makeCertificateAuthority } from '../../support/certificateAuthority.ts';
import { READINGS_TABLE, startServer } from '../../support/startServer.ts';

const { server, connection } = await startServer();
/** Accepts connections and never answers. */
const silent = createServer();
silent.listen(0, '127.0.0.1');
await once(silent, 'listening');
const SILENT_HOST = `127.0.0.1:${(silent.address() as { port: number }).port}`;
const SILENT_ADDRESS = `http://${SILENT_HOST}`;
/** Opens tunnels to a server that accepts everything and never answers. */
const proxy = createServer((socket) => {
  socket.once('data', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.once('data', () => proxy.emit('tunnelled'));
  });
});
const proxyHost = await listen(proxy);
const authority = await makeCertificateAuthority();
/** Speaks TLS, and sends nothing over it. */
const secure = createTlsServer({ ...(await authority.issue()), ALPNProtocols: ['h2'] });
const secureHost = await listen(secure);
const noToken = { headersProvider: { getHeaders: () => ({}) } };

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Sets the proxy, before anything connects. */
const useProxy = (url: string) => (): void => {
  process.env['grpc_proxy'] = url;
};

const isReached = (condition: () => boolean) => async (): Promise<void> => {
  while (!condition()) {
    await new Promise(setImmediate);
  }
};
const points: Record<
  string,
  { readonly options?: ToZerobusOptions; readonly prepare?: () => void; readonly reached: () => Promise<unknown> }
> = {
  'while the token is fetched': {
    options: { workspaceUrl: SILENT_ADDRESS },
    reached: () => once(silent, 'connection'),
  },
  'while it connects': {
    options: { endpoint: SILENT_ADDRESS, ...noToken },
    reached: () => once(silent, 'connection'),
  },
  'while TLS is agreed on': {
    options: { endpoint: `https://${SILENT_HOST}`, ...noToken },
    reached: () => once(silent, 'connection'),
  },
  'while TLS is agreed on for the token': {
    options: { workspaceUrl: `https://${SILENT_HOST}` },
    reached: () => once(silent, 'connection'),
  },
  'while HTTP/2 is agreed on over TLS': {
    options: { endpoint: `https://${secureHost}`, tls: { ca: authority.ca }, ...noToken },
    reached: async () => {
      const [socket] = (await once(secure, 'secureConnection')) as [TLSSocket];
      // The first bytes of HTTP/2.
      await once(socket, 'data');
    },
  },
  'while a proxy opens the tunnel': {
    prepare: useProxy(SILENT_HOST),
    options: noToken,
    reached: () => once(silent, 'connection'),
  },
  'while a proxy opens the tunnel for the token': {
    prepare: useProxy(SILENT_HOST),
    reached: () => once(silent, 'connection'),
  },
  'while TLS is agreed on with a proxy': {
    prepare: useProxy(`https://${SILENT_HOST}`),
    options: noToken,
    reached: () => once(silent, 'connection'),
  },
  'while TLS is agreed on through a proxy': {
    prepare: useProxy(proxyHost),
    options: { endpoint: 'https://service.example', ...noToken },
    reached: () => once(proxy, 'tunnelled'),
  },
  'while HTTP/2 is agreed on through a proxy': {
    prepare: useProxy(proxyHost),
    options: { endpoint: 'http://service.example', ...noToken },
    reached: () => once(proxy, 'tunnelled'),
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
if (point === undefined) {
  throw new Error(`no such point, there are: ${Object.keys(points).join(', ')}`);
}
point.prepare?.();
const reached = point.reached();
const subscription = NEVER.pipe(
  startWith({ device: 'a', temp: 1 }),
  toZerobus(READINGS_TABLE, { ...connection, ...point.options }),
).subscribe();
await reached;
subscription.unsubscribe();
for (const listener of [silent, proxy, secure]) {
  listener.close();
}
await server.close();
console.log('closed');
