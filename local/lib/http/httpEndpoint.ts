import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { reportFailedHandshakes } from '../faults/reportFailedHandshakes.ts';
import type { LiveMonitor } from '../live/liveMonitor.ts';
import { listen } from '../net/listen.ts';
import type { ServerTls } from '../tls/serverTls.ts';
import { httpApplication } from './httpApplication.ts';
import type { HttpContext } from './httpContext.ts';
import type { LiveSite } from './liveSite.ts';
import { RestIngest, type RestParts } from './restIngest.ts';

/** The listening side of the HTTP endpoints. */
export class HttpEndpoint {
  readonly #server: Server;
  readonly #rest: RestIngest;
  readonly #monitor: LiveMonitor;
  readonly #sockets = new Set<Socket>();

  constructor(context: HttpContext, restParts: RestParts, live: LiveSite, tls: ServerTls | undefined) {
    this.#rest = new RestIngest(restParts);
    this.#monitor = context.live.monitor;
    const application = httpApplication(context, this.#rest, live, restParts.onError);
    const answer = getRequestListener((request, bindings) => application.fetch(request, bindings as HttpBindings));
    const onRequest: RequestListener = (request, response) => void answer(request, response);
    this.#server = tls === undefined ? createServer(onRequest) : createTlsServer(tlsOptions(tls), onRequest);
    reportFailedHandshakes(this.#server, 'HTTP', context.activity);
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

  /**
   * Closes the port and every connection. Records that were given to the storage are answered before. All other
   * requests in flight are cut off.
   */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#monitor.close();
    await this.#rest.shutDown();
    // Node's own list of connections does not contain those that have not finished their TLS handshake.
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }
}

function tlsOptions({ cert, key, clientCa }: ServerTls): TlsOptions {
  return { cert, key, ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true }) };
}
