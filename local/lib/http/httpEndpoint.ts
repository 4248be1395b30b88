import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { httpApplication } from './httpApplication.ts';
import type { HttpContext } from './httpContext.ts';
import { listen } from './listen.ts';

/** The listening side of the HTTP endpoints. */
export class HttpEndpoint {
  private readonly server: Server;

  constructor(context: HttpContext, onError: (error: unknown) => void) {
    const answer = getRequestListener(httpApplication(context, onError).fetch);
    this.server = createServer((request, response) => void answer(request, response));
  }

  /**
   * Starts to listen.
   *
   * @returns the port, which the system has chosen where `port` is 0
   * @throws ListenError where the address can't be had
   */
  listen(host: string, port: number): Promise<number> {
    return listen(this.server, host, port, 'the HTTP endpoints');
  }

  /** Closes the port and every connection; requests that are still being answered are cut off. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
