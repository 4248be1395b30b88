import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { openSocket } from './openSocket.ts';
import type { Route } from './route.ts';

/**
 * An agent whose HTTP requests go to one server by a {@link Route}, so that they follow the same rules as the streams:
 * the same variables, a tunnel in any case, the same certificates. Its connections are used once.
 *
 * @param signal destroys a connection that is still being made; give it to the request too
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
