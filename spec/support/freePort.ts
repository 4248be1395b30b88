import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST_PORT = 10_000;
/** Linux gives ports from here to connections and to servers that listen on port 0, other systems from higher up. */
const LOWEST_EPHEMERAL_PORT = 32_768;

/**
 * Returns a free port for a server that must restart under the same address. The system gives it to no other spec while
 * the server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_PORT, LOWEST_EPHEMERAL_PORT);
    if (await isFree(port)) {
      return port;
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
