import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { ConnectionFault } from './connectionFault.ts';
import { FaultyProxy } from './faultyProxy.ts';

const BYTES = Buffer.from('0123456789'.repeat(10));
const AFTER = 37;

/** How the other end leaves a connection: with FIN, or with the code of an error. */
function fateOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.on('end', () => resolve('FIN')).on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}`));
  });
}

describe('A faulty proxy', () => {
  let server: Server;
  let proxy: FaultyProxy;
  /** What the server has received, chunk by chunk. */
  let received: Buffer[];
  /** The server's end of the latest connection. */
  let accepted: Promise<Socket>;
  /** How that connection ends. */
  let serverFate: Promise<string>;

  beforeEach(async () => {
    received = [];
    server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    accept();
    await once(server, 'listening');
  });
  afterEach(async () => {
    await proxy.close();
    server.close();
  });

  function accept(): void {
    accepted = new Promise((resolve) => {
      serverFate = new Promise((resolveFate) => {
        server.once('connection', (socket: Socket) => {
          received = [];
          socket.on('data', (chunk: Buffer) => received.push(chunk));
          fateOf(socket).then(resolveFate);
          resolve(socket);
        });
      });
    });
  }

  /** Connects a client through a proxy, whose first connection has the fault, and sends all bytes. */
  async function send(fault: Partial<ConnectionFault>): Promise<Socket> {
    const whole = { kind: 'cut', direction: 'toServer', afterBytes: AFTER, delayMs: 30, bytesPerSecond: 200 } as const;
    proxy = await FaultyProxy.start((server.address() as AddressInfo).port, [{ ...whole, ...fault }]);
    const client = connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1', allowHalfOpen: true });
    client.on('error', () => undefined);
    client.write(BYTES);
    return client;
  }

  async function serverReceives(count: number): Promise<void> {
    const socket = await accepted;
    while (Buffer.concat(received).length < count) {
      await once(socket, 'data');
    }
  }

  it('closes both ends of a connection that it cuts, after as many bytes', async () => {
    const client = await send({ kind: 'cut' });
    expect(await Promise.all([fateOf(client.resume()), serverFate])).toEqual(['FIN', 'FIN']);
    expect(Buffer.concat(received)).toEqual(BYTES.subarray(0, AFTER));
    expect(proxy.struck).toBe(1);
  });

  it('resets both ends of a connection', async () => {
    // Node may take a reset that comes with bytes for the end of the connection.
    const client = await send({ kind: 'reset', afterBytes: 0 });
    expect(await Promise.all([fateOf(client.resume()), serverFate])).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('swallows bytes in a black hole, in both directions', async () => {
    const client = await send({ kind: 'blackhole' });
    await serverReceives(AFTER);
    const socket = await accepted;
    client.write(BYTES);
    await new Promise((resolve) => socket.write(BYTES, resolve));
    client.resume().on('data', () => fail('The client receives something.'));
    client.end();
    await once(client, 'finish');
    expect(Buffer.concat(received)).toEqual(BYTES.subarray(0, AFTER));
    expect(socket.readableEnded).toBeFalse();
  });

  it('ends one direction, and the other one goes on', async () => {
    const client = await send({ kind: 'halfClose' });
    expect(await serverFate).toBe('FIN');
    (await accepted).write('back');
    const [answer] = await once(client, 'data');
    expect(String(answer)).toBe('back');
    expect(Buffer.concat(received)).toEqual(BYTES.subarray(0, AFTER));
  });

  it('passes everything on late, slowly, or byte by byte', async () => {
    for (const kind of ['delay', 'throttle', 'trickle'] as const) {
      const client = await send({ kind });
      client.end();
      expect(await serverFate).toBe('FIN');
      expect(Buffer.concat(received)).toEqual(BYTES);
      expect(received.length).withContext(kind).toBeGreaterThan(1);
      expect(proxy.struck).toBe(1);
      await proxy.close();
      accept();
    }
  });

  it('counts the bytes of the other direction for a fault that is about it', async () => {
    const client = await send({ kind: 'cut', direction: 'toClient', afterBytes: 4 });
    await serverReceives(BYTES.length);
    (await accepted).write('answer');
    const answers: Buffer[] = [];
    client.on('data', (chunk: Buffer) => answers.push(chunk));
    await once(client, 'end');
    expect(Buffer.concat(answers).toString()).toBe('answ');
  });

  it('leaves connections behind its faults alone', async () => {
    const client = await send({ kind: 'cut', afterBytes: 0 });
    await once(client.resume(), 'end');
    server.once('connection', (socket: Socket) => socket.pipe(socket));
    const next = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    next.write('echo');
    const [answer] = await once(next, 'data');
    expect(String(answer)).toBe('echo');
    next.destroy();
  });
});
