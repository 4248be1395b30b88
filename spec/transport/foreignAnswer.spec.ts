import { once } from 'node:events';
import { createServer as createHttp1Server } from 'node:http';
import { createServer, type OutgoingHttpHeaders } from 'node:http2';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { lastValueFrom, of, Subject, tap } from 'rxjs';
import { isZerobusError, type ZerobusError } from '../../lib/errors/zerobusError.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { READINGS_TABLE, startServer } from '../support/startServer.ts';

const PAGE = '<html><body>page-of-the-balancer</body></html>';
const atOnce = { recoveryBackoffMs: 0, headersProvider: { getHeaders: () => ({}) } };

/** A server on the loopback address. */
interface Listening extends AsyncDisposable {
  readonly port: number;
}

async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

/** An HTTP/2 server that answers every request like this. */
function balancer(status: number, headers: OutgoingHttpHeaders, body: string, onRequest?: () => void): Server {
  const server = createServer();
  server.on('stream', (stream) => {
    onRequest?.();
    stream.on('error', () => stream.destroy());
    stream.respond({ ':status': status, ...headers }, { endStream: body === '' });
    if (body !== '') {
      stream.end(body);
    }
  });
  return server;
}

async function failureAt(port: number, recoveryRetries = 0): Promise<ZerobusError> {
  const endpoint = `http://127.0.0.1:${port}`;
  const error: unknown = await lastValueFrom(
    of({ temp: 1 }).pipe(toZerobus(READINGS_TABLE, { ...atOnce, endpoint, recoveryRetries })),
  ).catch((reason: unknown) => reason);
  if (!isZerobusError(error)) {
    throw error;
  }
  expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/balancer<|page-of/);
  expect(error.message).toContain(endpoint);
  return error;
}

const html = { 'content-type': 'text/html; charset=utf-8' };

describe('An answer that is not from the service', () => {
  const answers: readonly [number, OutgoingHttpHeaders, string, RegExp][] = [
    [404, html, PAGE, /HTTP 404 Not Found and an HTML page instead of gRPC/],
    [404, html, '', /HTTP 404 Not Found and an HTML page/],
    [404, {}, '', /HTTP 404 Not Found instead of gRPC/],
    [403, html, PAGE, /HTTP 403 Forbidden and an HTML page/],
    [401, { 'content-type': 'application/problem+json' }, '{"page-of":1}', /HTTP 401 Unauthorized and JSON/],
    [400, { 'content-type': 'text/plain' }, 'page-of the balancer', /HTTP 400 Bad Request and plain text/],
    [
      302,
      { location: 'https://login.example/page-of?x=balancer' },
      '',
      /HTTP 302 .*redirects to https:\/\/login\.example\./,
    ],
    [307, { location: 'http://[', ...html }, PAGE, /HTTP 307 .*redirects to another address\./],
    [429, html, PAGE, /HTTP 429 Too Many Requests/],
    [500, html, PAGE, /HTTP 500/],
    [502, html, PAGE, /HTTP 502 Bad Gateway/],
    [503, {}, '', /HTTP 503/],
    [504, html, PAGE, /HTTP 504/],
    [200, html, PAGE, /HTTP 200 OK and an HTML page/],
    [200, html, 'no', /an HTML page instead of gRPC/],
    [200, {}, PAGE, /HTTP 200 OK and a page/],
    [200, {}, '', /HTTP 200 OK instead of gRPC/],
    [200, { 'content-type': 'application/json' }, '{"error":"page-of"}', /HTTP 200 OK and JSON/],
  ];
  for (const [status, headers, body, message] of answers) {
    it(`is retryable, and says so: ${status} ${JSON.stringify(headers)} ${JSON.stringify(body.slice(0, 6))}`, async () => {
      let requests = 0;
      await using server = await listen(balancer(status, headers, body, () => requests++));
      const error = await failureAt(server.port, 2);
      expect([error.code, error.isRetryable]).toEqual(['UNAVAILABLE', true]);
      expect(error.message).toMatch(message);
      expect(requests).toBe(3);
    });
  }

  it('has no grpc-status, unlike an answer of the service with the same HTTP status', async () => {
    for (const [code, name] of [
      ['7', 'PERMISSION_DENIED'],
      ['8', 'RESOURCE_EXHAUSTED'],
      ['12', 'UNIMPLEMENTED'],
    ] as const) {
      const headers = {
        'content-type': 'application/grpc',
        'grpc-status': code,
        'grpc-message': 'no http://127.0.0.1',
      };
      for (const status of [200, 403]) {
        await using server = await listen(balancer(status, headers, ''));
        const error = await lastValueFrom(
          of({ temp: 1 }).pipe(
            toZerobus(READINGS_TABLE, { ...atOnce, endpoint: `http://127.0.0.1:${server.port}`, recovery: false }),
          ),
        ).catch((reason: ZerobusError) => reason);
        expect(error).toEqual(jasmine.objectContaining({ code: name, message: 'no http://127.0.0.1' }));
      }
    }
  });

  it('may be in HTTP/1 or another protocol', async () => {
    const speak = (text: string): Server => createTcpServer((socket) => socket.once('data', () => socket.write(text)));
    for (const server of [
      createHttp1Server((_request, response) => response.end(PAGE)),
      speak('HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/html\r\n\r\n<html>page-of'),
      speak('SSH-2.0-OpenSSH_9.6\r\n'),
    ]) {
      await using listening = await listen(server);
      const error = await failureAt(listening.port);
      expect([error.code, error.isRetryable]).toEqual(['UNAVAILABLE', true]);
      expect(error.message).toMatch(/does not answer with HTTP\/2 .*An HTTP\/1 server or proxy/);
      expect(error.message).not.toMatch(/No connection established|Resolution note/);
    }
  });

  it('does not come if there is no connection, and the message says why', async () => {
    await using closing = await listen(createTcpServer((socket) => socket.once('data', () => socket.end())));
    expect((await failureAt(closing.port)).message).toContain('closed the connection before it spoke HTTP/2');
    const closed = await listen(createTcpServer());
    await closed[Symbol.asyncDispose]();
    const { message } = await failureAt(closed.port);
    expect(message).toMatch(/cannot be reached: connect ECONNREFUSED [0-9.:]+\. Check/);
  });

  it('interrupts a stream only for a while', async () => {
    const { server, connection } = await startServer();
    let port = server.port;
    const isOver = new Subject<void>();
    let pages = 0;
    const showPage = (): void => {
      if (++pages === 3) {
        port = server.port;
        isOver.next();
      }
    };
    await using page = await listen(balancer(404, html, PAGE, showPage));
    const routed: Socket[] = [];
    const road = createTcpServer((socket) => {
      const onward = connect(port, '127.0.0.1');
      routed.push(socket, onward);
      onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket.on('close', () => onward.destroy());
      socket.pipe(onward).pipe(socket);
    });
    await using entrance = await listen(road);
    try {
      const source = new Subject<object>();
      const done = lastValueFrom(
        source.pipe(
          toZerobus(READINGS_TABLE, {
            ...connection,
            endpoint: `http://127.0.0.1:${entrance.port}`,
            recoveryBackoffMs: 0,
          }),
          tap((offset) => {
            if (offset === 0) {
              // A roll-out: every connection ends, and the balancer has no route for a while.
              port = page.port;
              for (const socket of routed) {
                socket.destroy();
              }
              source.next({ temp: 2 });
            }
          }),
        ),
      );
      isOver.subscribe(() => source.complete());
      source.next({ temp: 1 });
      expect(await done).toBe(1);
      expect(pages).toBe(3);
    } finally {
      await server.close();
    }
  });
});
