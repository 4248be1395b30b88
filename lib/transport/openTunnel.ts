import { request } from 'node:http';
import type { Socket } from 'node:net';
import { ZerobusError } from '../errors/zerobusError.ts';
import { cleanCause } from '../secrets/cleanCause.ts';
import { isPassingClientError } from './isPassingClientError.ts';
import type { BypassableProxy } from './proxyFor.ts';
import { authorityOf } from './route.ts';
import { statusText } from './statusText.ts';

const PROXY_AUTHENTICATION_REQUIRED = 407;
const NOT_IMPLEMENTED = 501;

/** The server that a proxy leads to. */
interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens a tunnel (`CONNECT`, RFC 9110, 9.3.6) over a socket that is connected to a proxy. Afterwards the socket leads
 * to the server. Bytes of the server that have already arrived are put back into the socket.
 *
 * Rejects with `PROXY_FAILED`. The error is not retryable if the proxy refuses (407 and other 4xx, 501). It is
 * retryable if the proxy cannot reach the server (5xx), breaks the connection or does not answer with HTTP.
 */
export function openTunnel(socket: Socket, proxy: BypassableProxy, target: TunnelTarget): Promise<void> {
  const authority = authorityOf(target);
  return new Promise((resolve, reject) => {
    const connect = request({
      method: 'CONNECT',
      path: authority,
      createConnection: () => socket,
      headers: {
        host: authority,
        // Node.js would ask to close the connection, which becomes the tunnel.
        connection: 'keep-alive',
        ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization.reveal() }),
      },
    });
    connect.once('connect', ({ statusCode = 0 }, _socket, head: Buffer) => {
      if (statusCode < 200 || statusCode > 299) {
        return reject(refusal(proxy, target, statusCode));
      }
      if (head.length > 0) {
        socket.unshift(head);
      }
      resolve();
    });
    connect.on('error', (error) => {
      const cause = cleanCause(error, proxy.authorization === undefined ? [] : [proxy.authorization.reveal()]);
      reject(
        new ZerobusError(
          'PROXY_FAILED',
          `The proxy ${named(proxy)} did not open a tunnel to ${authority}: ${cause.message}. ${directly(proxy, target)}`,
          { cause },
        ),
      );
    });
    connect.end();
  });
}

/** Creates the error of a proxy that cannot be reached: `PROXY_FAILED`, retryable. */
export function unreachableProxy(proxy: BypassableProxy, target: TunnelTarget, cause: Error): ZerobusError {
  return new ZerobusError(
    'PROXY_FAILED',
    `The proxy ${named(proxy)} cannot be reached: ${cause.message}. It is needed for ${authorityOf(target)}. ${directly(proxy, target)}`,
    { cause },
  );
}

function refusal(proxy: BypassableProxy, target: TunnelTarget, status: number): ZerobusError {
  const isRetryable = isPassingClientError(status) || (status >= 500 && status !== NOT_IMPLEMENTED);
  const remedy =
    status !== PROXY_AUTHENTICATION_REQUIRED
      ? ` ${directly(proxy, target)}`
      : proxy.authorization === undefined
        ? ` It requires a user and a password: set them in ${proxy.variable}, as http://user:password@host:port.`
        : ` It does not accept the user and the password in ${proxy.variable}. Correct them.`;
  return new ZerobusError(
    'PROXY_FAILED',
    `The proxy ${named(proxy)} refused a tunnel to ${authorityOf(target)}: ${statusText(status)}.${remedy}`,
    { isRetryable },
  );
}

/** Says how to get out if the server needs no proxy. */
function directly({ bypassVariable }: BypassableProxy, { host }: TunnelTarget): string {
  return `To reach ${host} without a proxy, add it to the environment variable ${bypassVariable}.`;
}

function named({ url, variable }: BypassableProxy): string {
  return `${url} (from the environment variable ${variable})`;
}
