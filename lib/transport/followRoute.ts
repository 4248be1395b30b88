import type { Socket } from 'node:net';
import { openTunnel } from './openTunnel.ts';
import type { Route } from './route.ts';
import { startTls } from './startTls.ts';

/**
 * Turns a socket that is connected to a route's first hop into a connection to the route's server: TLS with the proxy,
 * the tunnel and TLS with the server, as far as the route has them.
 *
 * Rejects with a `ZerobusError`: `PROXY_FAILED`, `TLS_FAILED` or `UNAVAILABLE`. Destroying the given socket at any time
 * destroys everything that was opened over it.
 *
 * @param protocol the protocol to speak with the server
 */
export async function followRoute(socket: Socket, route: Route, protocol: 'h2' | 'http/1.1'): Promise<Socket> {
  const { url, host, secure, proxy, proxySecure } = route;
  let connection = socket;
  if (proxy !== undefined) {
    if (proxySecure !== undefined) {
      const peer = { url: proxy.url, host: proxy.host, secure: proxySecure, protocol: 'http/1.1' } as const;
      connection = await startTls(connection, peer);
    }
    await openTunnel(connection, proxy, route);
  }
  return secure === undefined ? connection : startTls(connection, { url, host, secure, protocol });
}
