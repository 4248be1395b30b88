import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isSameSecret } from '../auth/isSameSecret.ts';
import { serverFile } from '../files/dataPaths.ts';
import { OWNER_ONLY } from '../files/hideFromOthers.ts';
import { replaceFile } from '../files/replaceFile.ts';
import { listen } from '../net/listen.ts';
import { toError } from '../toError.ts';

/** How to reach the server of a data directory. Only its owner can read the file with it. */
export interface ServerAddress {
  /** A port of 127.0.0.1. */
  readonly port: number;
  /** The bearer token of `POST /flush`. A new one is made at each start. */
  readonly secret: string;
}

/** The result of `POST /flush`. */
export interface FlushAnswer {
  readonly isFlushed: boolean;
  /** Why the tables could not be flushed. */
  readonly problem?: string;
}

/** More than any list of tables needs. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Flushes tables for `zerobus-local sql`, which finds it through a file in the data directory. It listens on the
 * loopback interface only, whatever the other endpoints do, and answers only those that can read the file.
 */
export class FlushEndpoint {
  readonly #server: Server;
  readonly #path: string;

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
  }

  /**
   * Starts to listen.
   *
   * @param flush flushes the tables of these full names
   * @returns undefined if that is not possible, for example because the disk is full
   */
  static async open(
    dataDir: string,
    flush: (tables: readonly string[]) => Promise<void>,
  ): Promise<FlushEndpoint | undefined> {
    const secret = randomBytes(32).toString('base64url');
    const server = createServer((request, response) => void answer(request, response, secret, flush));
    const endpoint = new FlushEndpoint(server, serverFile(dataDir));
    try {
      const port = await listen(server, '127.0.0.1', 0, 'flush requests');
      const address: ServerAddress = { port, secret };
      await replaceFile(endpoint.#path, `${JSON.stringify(address)}\n`, OWNER_ONLY);
      return endpoint;
    } catch {
      await endpoint.close();
      return undefined;
    }
  }

  /** Closes the port and removes the file. */
  async close(): Promise<void> {
    await rm(this.#path, { force: true }).catch(() => undefined);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
  flush: (tables: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    if (!isSameSecret(request.headers.authorization ?? '', `Bearer ${secret}`)) {
      return send(response, 401, { isFlushed: false, problem: 'The secret is wrong.' });
    }
    if (request.method !== 'POST' || request.url !== '/flush') {
      return send(response, 404, { isFlushed: false, problem: 'There is only POST /flush.' });
    }
    const { tables } = JSON.parse(await readBody(request)) as { readonly tables: readonly string[] };
    await flush(tables);
    return send(response, 200, { isFlushed: true });
  } catch (error) {
    return send(response, 500, { isFlushed: false, problem: toError(error).message });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > MAX_BODY_BYTES) {
      throw new Error('The list of tables is too long.');
    }
  }
  return body;
}

function send(response: ServerResponse, httpStatus: number, flushed: FlushAnswer): void {
  response.writeHead(httpStatus, { 'content-type': 'application/json' }).end(JSON.stringify(flushed));
}
