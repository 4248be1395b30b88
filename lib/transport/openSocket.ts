import { connect, type Socket } from 'node:net';
import { cleanCause } from '../secrets/cleanCause.ts';
import { followRoute } from './followRoute.ts';
import { unreachableProxy } from './openTunnel.ts';
import { firstHop, type Route } from './route.ts';

/**
 * Connects to a route's server, for HTTP/1.1.
 *
 * Rejects with a `ZerobusError` of {@link followRoute}, with `PROXY_FAILED` where the proxy cannot be reached, or with
 * the error of the socket where the server cannot.
 *
 * @param signal destroys the connection, however far it has come
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
    const socket = connect({ ...firstHop(route), signal }, () => resolve(socket));
    // It stays for good: what is made of the socket may have no listener on it, and an error without one would be
    // thrown.
    socket.on('error', (error) => {
      reject(route.proxy === undefined ? error : unreachableProxy(route.proxy, cleanCause(error)));
    });
  });
}
