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
   * @returns the port, which the system has chosen where `port` is 0
   * @throws ListenError where the address can't be had
   */
  listen(host: string, port: number): Promise<number> {
    return listen(this.#server, host, port, 'the HTTP endpoints');
  }

  /** Closes the port and every connection; requests that are still being answered are cut off. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      // Its own list of connections lacks those that have not finished their TLS handshake.
      for (const socket of this.#sockets) {
        socket.destroy();
      }
    });
  }
}

function tlsOptions({ cert, key, clientCa }: ServerTls): TlsOptions {
  return { cert, key, ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true }) };
}
