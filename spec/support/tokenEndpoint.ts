import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A token endpoint on this machine whose answers a spec writes. */
export interface TokenEndpoint extends AsyncDisposable {
  /** Where it listens, as a `workspaceUrl`. */
  readonly workspaceUrl: string;
  /** What was asked so far. */
  readonly requests: readonly ReceivedRequest[];
  /** Resolves when a client has hung up on a request that was not answered. */
  readonly hungUp: Promise<unknown>;
}

/**
 * Starts a token endpoint on a free port of the loopback address.
 *
 * @param answer called with the response of each request, once its body is there; it may leave it open
 */
export async function startTokenEndpoint(
  answer: (response: ServerResponse, count: number) => void,
): Promise<TokenEndpoint> {
  const requests: ReceivedRequest[] = [];
  const hangUps = new EventEmitter();
  const hungUp = once(hangUps, 'hangUp');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, httpVersion, headers } = request;
      requests.push({ line: `${method} ${url} HTTP/${httpVersion}`, headers, body: Buffer.concat(chunks).toString() });
      response.on('close', () => {
        if (!response.writableFinished) {
          hangUps.emit('hangUp');
        }
      });
      answer(response, requests.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    workspaceUrl: `http://127.0.0.1:${port}`,
    requests,
    hungUp,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Answers with JSON.
 *
 * @param value written as JSON; a text as it is
 */
export function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}
