import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { listen } from '../net/listen.ts';
import type { ServerTls } from '../tls/serverTls.ts';
import { httpApplication } from './httpApplication.ts';
import type { HttpContext } from './httpContext.ts';

/** The listening side of the HTTP endpoints. */
export class HttpEndpoint {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(context: HttpContext, onError: (error: unknown) => void, tls: ServerTls | undefined) {
    const answer = getRequestListener(httpApplication(context, onError).fetch);
    const onRequest: RequestListener = (request, response) => void answer(request, response);
    this.#server = tls === undefined ? createServer(onRequest) : createTlsServer(tlsOptions(tls), onRequest);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /**
   * Starts to listen.
   *
   * @returns the port; if `port` is 0, the one that the system chose
   * @throws {@link ListenError} if the address is taken or can't be used
   */
  listen(host: string, port: number): Promise<number> {
    return listen(this.#server, host, port, 'the HTTP endpoints');
  }

  /** Closes the port and every connection. Requests in flight are cut off. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      // Node's own list of connections does not contain those that have not finished their TLS handshake.
      for (const socket of this.#sockets) {
        socket.destroy();
      }
    });
  }
}

function tlsOptions({ cert, key, clientCa }: ServerTls): TlsOptions {
  return { cert, key, ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true }) };
}
