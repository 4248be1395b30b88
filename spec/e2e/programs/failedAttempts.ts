// Runs as a process of its own. Makes attempts that end in each of the requested phases, reports what they left, and
// must then end by itself.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { NEVER, startWith } from 'rxjs';
import { type ToZerobusOptions, toZerobus } from '../../../operators/toZerobus.ts';
import { makeCertificateAuthority } from '../../support/certificateAuthority.ts';
import { freePort } from '../../support/freePort.ts';
import { READINGS_TABLE } from '../../support/startServer.ts';

const [countText = '', ...phaseNames] = process.argv.slice(2);
const attemptCount = Number(countText);

/** grpc-js connects again 0.8 to 1.2 seconds after it began to connect, if it does. */
const RECONNECT_MS = 1500;

/** What the server does with a connection. */
type Act = (socket: Socket) => void;

interface Phase {
  /** Defaults to a server that never answers. */
  readonly act?: Act;
  /** Options for the address of the server. Defaults to a stream without TLS. */
  readonly options?: (address: string) => ToZerobusOptions;
  /** Whether nothing listens to the port while the attempts are made. */
  readonly isDown?: boolean;
  /** Whether the address is a proxy. */
  readonly isProxy?: boolean;
  /** Whether the attempts end because they are unsubscribed from, as soon as the server has the first bytes. */
  readonly isUnsubscribed?: boolean;
}

const noToken = { headersProvider: { getHeaders: () => ({}) } };
const plain = (address: string): ToZerobusOptions => ({ endpoint: `http://${address}`, ...noToken });
const secure = (address: string): ToZerobusOptions => ({ endpoint: `https://${address}`, ...noToken });
const forToken = (address: string): ToZerobusOptions => ({
  endpoint: 'http://127.0.0.1:1',
  workspaceUrl: `http://${address}`,
  clientId: 'id',
  clientSecret: 'secret',
});
const forTokenOverTls = (address: string): ToZerobusOptions => ({
  ...forToken(address),
  workspaceUrl: `https://${address}`,
});
/** A label of more than 63 characters is not looked up anywhere. */
const NO_NAME = `${'x'.repeat(64)}.invalid`;

const onData =
  (act: Act): Act =>
  (socket) =>
    void socket.once('data', () => act(socket));
const silent: Act = (socket) => void socket.resume();
const reset: Act = (socket) => void socket.resetAndDestroy();
const end: Act = (socket) => void socket.resume().end();
const say =
  (text: string): Act =>
  (socket) =>
    void socket.write(text);

const authority = await makeCertificateAuthority();
const tlsServer = createTlsServer({ ...(await authority.issue()), ALPNProtocols: ['h2'] }, (socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
});
/** Agrees on TLS, and then answers HTTP/1. */
const secured: Act = (socket) => void tlsServer.emit('connection', socket);

const phases: Record<string, Phase> = {
  refused: { isDown: true },
  reset: { act: reset },
  'reset after the first bytes': { act: onData(reset) },
  FIN: { act: end },
  'an HTTP/1 answer': { act: onData(say('HTTP/1.1 400 Bad Request\r\n\r\n')) },
  'an HTTP/1 answer and FIN': { act: onData((socket) => void socket.end('HTTP/1.1 404 Not Found\r\n\r\n')) },
  'garbage for HTTP/2': { act: onData(say('\0'.repeat(100))) },
  'no answer in time': {},
  'no answer in time to TLS': { options: secure },
  'unsubscribed in HTTP/2': { isUnsubscribed: true },
  'unsubscribed in the TLS handshake': { isUnsubscribed: true, options: secure },
  'unsubscribed in the tunnel': { isUnsubscribed: true, isProxy: true },
  'FIN in the TLS handshake': { act: onData(end), options: secure },
  'reset in the TLS handshake': { act: onData(reset), options: secure },
  'garbage in the TLS handshake': { act: onData(say('garbage, not TLS\r\n')), options: secure },
  'an untrusted certificate': { act: secured, options: secure },
  'HTTP/1 over TLS': { act: secured, options: (address) => ({ ...secure(address), tls: { ca: authority.ca } }) },
  'a name that is not found': { options: () => plain(NO_NAME) },
  'an unreachable proxy': { isDown: true, isProxy: true },
  'a refused tunnel': { isProxy: true, act: onData(say('HTTP/1.1 502 Bad Gateway\r\n\r\n')) },
  'FIN in the tunnel': { isProxy: true, act: onData(end) },
  'garbage in the tunnel': { isProxy: true, act: onData(say('garbage\r\n\r\n')) },
  'a tunnel that breaks': {
    isProxy: true,
    act: onData((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.once('data', () => socket.destroy());
    }),
  },
  'a token refused': { isDown: true, options: forToken },
  'a token reset': { act: reset, options: forToken },
  'a token without an answer in time': { options: forToken },
  'a token with FIN in the TLS handshake': { act: onData(end), options: forTokenOverTls },
  'a token with garbage in the TLS handshake': { act: onData(say('garbage\r\n')), options: forTokenOverTls },
  'a token that is unsubscribed from': { isUnsubscribed: true, options: forToken },
  'a token that is unsubscribed from in the TLS handshake': { isUnsubscribed: true, options: forTokenOverTls },
  'a token from a name that is not found': { options: () => forToken(NO_NAME) },
};

/** One phase, with a server of its own. */
class Trial {
  readonly #phase: Phase;
  readonly #server = createServer((socket) => {
    this.connections++;
    socket.on('error', () => {});
    this.#act(socket);
  });
  #port = 0;
  connections = 0;

  constructor(phase: Phase) {
    this.#phase = phase;
  }

  get #act(): Act {
    return this.#phase.act ?? silent;
  }

  async listen(): Promise<void> {
    // Some phases need a port at which nothing listens in between.
    this.#port ||= await freePort();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Makes one attempt, and waits until it ends. */
  attempt(): Promise<void> {
    const { options = plain, isProxy = false, isUnsubscribed = false } = this.#phase;
    const address = `127.0.0.1:${this.#port}`;
    return new Promise((resolve) => {
      if (isProxy) {
        process.env['grpc_proxy'] = `http://${address}`;
      }
      const operator = toZerobus(READINGS_TABLE, {
        recovery: false,
        recoveryTimeoutMs: this.#act === silent && !isUnsubscribed ? 30 : 20_000,
        ...(isProxy ? plain('service.example') : options(address)),
      });
      delete process.env['grpc_proxy'];
      const record$ = NEVER.pipe(startWith({ device: 'a', temp: 1 }));
      const subscription = record$.pipe(operator).subscribe({ error: () => resolve() });
      if (isUnsubscribed) {
        this.#server.once('connection', (socket: Socket) =>
          socket.once('data', () => {
            subscription.unsubscribe();
            resolve();
          }),
        );
      }
    });
  }
}

/** The number of open descriptors, or of sockets if the system does not list descriptors. */
function openCount(): number {
  return process.platform === 'linux'
    ? readdirSync('/proc/self/fd').length
    : process.getActiveResourcesInfo().filter((name) => /TCP|TLS/.test(name)).length;
}

const trials = phaseNames.map((name) => {
  const phase = phases[name];
  if (phase === undefined) {
    throw new Error(`no such phase, there are: ${Object.keys(phases).join(', ')}`);
  }
  return { name, trial: new Trial(phase), isDown: phase.isDown === true };
});
const down = trials.filter(({ isDown }) => isDown).map(({ trial }) => trial);
await Promise.all(trials.map(({ trial }) => trial.listen()));
await Promise.all(down.map((trial) => trial.close()));

// The first attempt loads what later ones share.
await Promise.all(trials.map(({ trial }) => trial.attempt()));
await delay(RECONNECT_MS);
const before = openCount();
for (const { trial } of trials) {
  trial.connections = 0;
}
await Promise.all(
  trials.map(async ({ trial }) => {
    for (let n = 0; n < attemptCount; n++) {
      await trial.attempt();
    }
  }),
);
const connections = trials.map(({ trial }) => trial.connections);
await Promise.all(down.map((trial) => trial.listen()));
await delay(RECONNECT_MS);
const leaked = openCount() - before - down.length;
const results = trials.map(({ name, trial }, index) => {
  const count = connections[index] ?? 0;
  return [name, { connections: count, lateConnections: trial.connections - count }];
});
console.log(JSON.stringify({ leaked, ...Object.fromEntries(results) }));
for (const { trial } of trials) {
  void trial.close();
}
