import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

describe('GrpcEndpoint', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
  });

  afterEach(() => server.close());

  async function connected(): Promise<Socket> {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.resume();
    return socket;
  }

  it('survives connections with another protocol, or that are lost in the middle of a frame', async () => {
    const http1 = await connected();
    http1.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(http1, 'close');
    const halfFrame = await connected();
    halfFrame.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x10');
    halfFrame.resetAndDestroy();
    await once(halfFrame, 'close');
    const stream = await RawStream.open(server.endpoint, READINGS);

    expect((await stream.close()).code).toBe(0);
  });

  it('closes even if a client keeps an idle connection open', async () => {
    const idle = await connected();
    const closed = once(idle, 'close');
    await server.close();
    await closed;

    expect(idle.destroyed).toBeTrue();
  });

  it('lets a client send megabytes ahead, both on a stream and on a connection', async () => {
    const session = connectHttp2(server.endpoint);
    const settings = await new Promise<number | undefined>((resolve) => {
      session.on('remoteSettings', ({ initialWindowSize }) => resolve(initialWindowSize));
    });
    const ping = new Promise((resolve) => session.ping(resolve));
    await ping;
    const connectionWindow = session.state.remoteWindowSize ?? 0;
    session.close();
    await once(session, 'close');

    expect(settings).toBe(4 * 1024 * 1024);
    expect(connectionWindow).toBe(4 * 1024 * 1024);
  });
});
