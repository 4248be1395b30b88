import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { NEVER } from 'rxjs';
import { openSocket } from '../../lib/transport/openSocket.ts';
import { parseAddress } from '../../lib/transport/parseAddress.ts';
import { firstHop, routeTo } from '../../lib/transport/route.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { orSkip } from '../support/optional.ts';

const KEEPALIVE_TIMER = '02';
const SOCKETS = '/proc/net/tcp';

/** The timer of the kernel for the connection from this port, and when it fires in 1/100 s. */
function timerOf(localPort: number): { readonly kind: string; readonly inJiffies: number } | undefined {
  const port = localPort.toString(16).toUpperCase().padStart(4, '0');
  for (const line of readFileSync(SOCKETS, 'latin1').split('\n')) {
    const [, local = '', , state, , timer = ''] = line.trim().split(/\s+/);
    if (local.endsWith(`:${port}`) && state === '01') {
      const [kind = '', inJiffies = ''] = timer.split(':');
      return { kind, inJiffies: Number.parseInt(inJiffies, 16) };
    }
  }
  return undefined;
}

/** Waits until TCP probes the connection from this port. Returns the delay of the first probe in ms. */
async function keepaliveDelay(localPort: number): Promise<number | undefined> {
  // While bytes are in flight, the timer of the connection is another one.
  for (let i = 0; i < 200; i++) {
    const timer = timerOf(localPort);
    if (timer?.kind === KEEPALIVE_TIMER) {
      return timer.inJiffies * 10;
    }
    await setTimeout(5);
  }
  return undefined;
}

describe('A connection', () => {
  let sockets: Set<Socket>;
  let server: ReturnType<typeof createServer>;
  let url: string;

  beforeEach(async () => {
    sockets = new Set();
    server = createServer((socket) => sockets.add(socket.on('error', () => socket.destroy()).resume()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
    await once(server, 'close');
  });

  async function expectProbes(connected: Promise<unknown[]>): Promise<void> {
    const [socket] = (await connected) as [Socket];
    const delayMs = await keepaliveDelay(socket.remotePort ?? 0);
    expect(delayMs).toBeGreaterThan(0);
    expect(delayMs).toBeLessThanOrEqual(30_000);
  }

  it('of a stream is probed while it is idle', async () => {
    orSkip(process.platform === 'linux' ? true : undefined, `${SOCKETS} exists on Linux only`);
    const connected = once(server, 'connection');
    const options = { endpoint: url, headersProvider: { getHeaders: () => ({}) } };
    const subscription = NEVER.pipe(toZerobus('main.iot.readings', options)).subscribe();
    try {
      await expectProbes(connected);
    } finally {
      subscription.unsubscribe();
    }
  });

  it('of a request is probed while it is idle', async () => {
    orSkip(process.platform === 'linux' ? true : undefined, `${SOCKETS} exists on Linux only`);
    const connected = once(server, 'connection');
    const controller = new AbortController();
    const socket = await openSocket(routeTo(parseAddress('workspaceUrl', url), {}, {}), controller.signal);
    try {
      await expectProbes(connected);
    } finally {
      socket.destroy();
    }
  });

  it('gives each address of a host seconds to answer', () => {
    const viaProxy = routeTo(parseAddress('endpoint', 'https://service.example'), {}, { https_proxy: url });
    for (const route of [routeTo(parseAddress('endpoint', url), {}, {}), viaProxy]) {
      const { host, port, autoSelectFamily, autoSelectFamilyAttemptTimeout } = firstHop(route);
      expect([host, `${port}`]).toEqual(url.slice('http://'.length).split(':'));
      expect(autoSelectFamily).not.toBe(false);
      expect(autoSelectFamilyAttemptTimeout).toBeGreaterThanOrEqual(1000);
      expect(autoSelectFamilyAttemptTimeout).toBeLessThanOrEqual(5000);
    }
  });

  it('follows the port of a no_proxy entry', () => {
    const env = { https_proxy: 'http://proxy.example', no_proxy: '*.example:8443' };
    const to = (address: string): string => firstHop(routeTo(parseAddress('endpoint', address), {}, env)).host ?? '';
    expect(to('https://service.example:8443')).toBe('service.example');
    expect(to('https://service.example')).toBe('proxy.example');
  });
});
