import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { serverFile } from '../files/dataPaths.ts';
import type { FlushAnswer, ServerAddress } from '../http/flushEndpoint.ts';
import { toError } from '../toError.ts';

/** How long a flush may take until the query is run without it, in ms. */
const FLUSH_TIMEOUT_MS = 30_000;

/**
 * Asks the server that has a data directory open to flush tables. Does nothing if no server runs.
 *
 * @returns why the running server has not flushed them; undefined if it has, or if there is none
 */
export async function requestFlush(dataDir: string, tables: readonly string[]): Promise<string | undefined> {
  const address = await readAddress(dataDir);
  if (address === undefined) {
    return undefined;
  }
  try {
    const { isFlushed, problem } = JSON.parse(await post(address, JSON.stringify({ tables }))) as Partial<FlushAnswer>;
    return isFlushed === true ? undefined : problem;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A server that was killed leaves the file, and its port may be free or belong to another program.
    return code === 'ETIMEDOUT' ? toError(error).message : undefined;
  }
}

async function readAddress(dataDir: string): Promise<ServerAddress | undefined> {
  try {
    return JSON.parse(await readFile(serverFile(resolve(dataDir)), 'utf8')) as ServerAddress;
  } catch {
    return undefined;
  }
}

function post({ port, secret }: ServerAddress, body: string): Promise<string> {
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const call = request(
      { host: '127.0.0.1', port, path: '/flush', method: 'POST', headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => done(text)).on('error', fail);
      },
    );
    call.setTimeout(FLUSH_TIMEOUT_MS, () => {
      const message = `The server has not flushed within ${FLUSH_TIMEOUT_MS / 1000} s.`;
      call.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
    });
    call.on('error', fail).end(body);
  });
}
