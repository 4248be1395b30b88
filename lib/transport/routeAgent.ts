import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { openSocket } from './openSocket.ts';
import type { Route } from './route.ts';

/**
 * Creates an agent whose HTTP requests reach one server by a {@link Route}. Requests therefore follow the same rules as
 * streams: the same variables, the same certificates, and a tunnel in any case. Each connection is used once.
 *
 * @param signal destroys a connection that is still being opened; pass it to the request too
 */
export function routeAgent(route: Route, signal: AbortSignal): HttpAgent {
  const agent = route.secure === undefined ? new HttpAgent() : new HttpsAgent();
  agent.createConnection = (_options, callback): undefined => {
    openSocket(route, signal).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
  };
  return agent;
}
