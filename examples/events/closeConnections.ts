import type { Server } from 'node:http';

/** The time that clients get to read their last answers, in milliseconds. */
const LINGER_MS = 1000;

/** Closes the connections that a server has left after a second, so that no client can hold up its end. */
export function closeConnections(server: Server): void {
  setTimeout(() => server.closeAllConnections(), LINGER_MS).unref();
}
