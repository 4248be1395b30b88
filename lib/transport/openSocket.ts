import { connect, type Socket } from 'node:net';
import { cleanCause } from '../secrets/cleanCause.ts';
import { followRoute } from './followRoute.ts';
import { unreachableProxy } from './openTunnel.ts';
import { firstHop, type Route } from './route.ts';

/**
 * Connects to a route's server, for HTTP/1.1.
 *
 * Rejects with a `ZerobusError` of {@link followRoute}, with `PROXY_FAILED` if the proxy cannot be reached, or with the
 * error of the socket if the server cannot be reached.
 *
 * @param signal destroys the connection at any stage
 */
export async function openSocket(route: Route, signal: AbortSignal): Promise<Socket> {
  const socket = await connected(route, signal);
  try {
    return await followRoute(socket, route, 'http/1.1');
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function connected(route: Route, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // With a signal that has already aborted, `net.connect` reports the abort and connects all the same.
    signal.throwIfAborted();
    const socket = connect({ ...firstHop(route), signal }, () => resolve(socket));
    // This listener stays attached. The streams over this socket may not listen to it, and an error without a listener
    // would be thrown.
    socket.on('error', (error) => {
      reject(route.proxy === undefined ? error : unreachableProxy(route.proxy, route, cleanCause(error)));
    });
  });
}
