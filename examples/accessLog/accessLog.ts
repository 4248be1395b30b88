import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Observable } from 'rxjs';
import type { AccessRow } from './accessTable.ts';
import { pathOf } from './pathOf.ts';

/**
 * The requests of an HTTP server, each when its response is sent or its connection is lost. It works below any
 * framework: pass `app.server` of Fastify, or `app.getHttpServer()` of Nest.
 *
 * **Completes** when the server has closed. **Unsubscribing** stops listening, and leaves the server alone.
 *
 * @param server a server of `node:http` or `node:https`
 * @param path returns what is logged of an address. Defaults to its path, without anything that may hold secrets
 */
export function accessLog(server: Server, path: (url: string) => string = pathOf): Observable<AccessRow> {
  return new Observable((subscriber) => {
    const instance = randomUUID();
    let count = 0;
    let open = 0;
    let isClosed = false;
    // A connection that is lost may end the server before its response has ended.
    const completeIfOver = (): void => {
      if (isClosed && open === 0) {
        subscriber.complete();
      }
    };
    const onClose = (): void => {
      isClosed = true;
      completeIfOver();
    };
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
      const { socket, method = '', url = '' } = request;
      const requestedAt = new Date();
      const startedAt = performance.now();
      const bytesBefore = socket.bytesWritten;
      open++;
      response.once('close', () => {
        open--;
        subscriber.next({
          instance,
          number: count++,
          started_at: requestedAt,
          method,
          path: path(url),
          status: response.statusCode,
          duration_ms: performance.now() - startedAt,
          bytes: socket.bytesWritten - bytesBefore,
          is_complete: response.writableFinished,
        });
        completeIfOver();
      });
    };
    server.prependListener('request', onRequest).once('close', onClose);
    return () => server.off('request', onRequest).off('close', onClose);
  });
}
