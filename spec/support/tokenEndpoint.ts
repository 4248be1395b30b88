import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the endpoint received. */
export interface ReceivedRequest {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A token endpoint on the loopback address. The spec writes its answers. */
export interface TokenEndpoint extends AsyncDisposable {
  /** Its address, for the option `workspaceUrl`. */
  readonly workspaceUrl: string;
  /** The requests so far. */
  readonly requests: readonly ReceivedRequest[];
  /** Resolves when a client hangs up before its request is answered. */
  readonly hungUp: Promise<unknown>;
}

/**
 * Starts a token endpoint on a free port of the loopback address.
 *
 * @param answer called with the response for each request, once the body is read. It may leave the response open
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
 * @param value the body. A string is sent as it is, any other value as JSON
 */
export function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}
