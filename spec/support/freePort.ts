import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Ports below those that systems give to outgoing connections, from 32768 on. While a server with one of those is down,
 * a client that tries to reach it could be given the very same port, connect to itself, and keep the server from it.
 */
const [FIRST, LAST] = [15_000, 32_000];

/** Returns a port that was free a moment ago, for a server that must restart under the same address. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
        continue;
      }
      throw error;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
