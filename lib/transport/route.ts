import { getDefaultAutoSelectFamilyAttemptTimeout, isIPv6, type TcpNetConnectOpts } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Address } from './parseAddress.ts';
import { type BypassableProxy, type Environment, proxyFor } from './proxyFor.ts';
import { secureContext } from './secureContext.ts';
import type { CheckedTlsOptions } from './tlsOptions.ts';

const KEEPALIVE_DELAY_MS = 10_000;
const ADDRESS_TIMEOUT_MS = 3_000;

/** How to reach a server. Printing it shows no secret. */
export interface Route {
  /** Scheme, host and port of the server. Error messages show it. */
  readonly url: string;
  /** Host name or address of the server. An IPv6 address has no brackets. */
  readonly host: string;
  /** The port of the server. */
  readonly port: number;
  /** The TLS context for the server, or `undefined` for a server without TLS. */
  readonly secure: SecureContext | undefined;
  /** The TLS context for the proxy, if the proxy uses TLS. It has no client certificate. */
  readonly proxySecure: SecureContext | undefined;
  /** The proxy on the way, if there is one. */
  readonly proxy: BypassableProxy | undefined;
}

/**
 * Finds the route to a server: directly or through the proxy of the environment, with TLS if the scheme says so.
 *
 * @param address from `parseAddress`
 * @param tls TLS trust and client certificate. Defaults to Node's trusted CAs and no client certificate.
 * @param env the variables that may name a proxy. Defaults to `process.env`.
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the key does not belong to its certificate, or the URL of the proxy
 * is invalid
 */
export function routeTo(address: Address, tls: CheckedTlsOptions = {}, env: Environment = process.env): Route {
  const { url, hostname, target, plaintext } = address;
  const port = Number(target.slice(target.lastIndexOf(':') + 1));
  const proxy = proxyFor(hostname, env, port);
  const authorities = tls.ca === undefined ? {} : { ca: tls.ca };
  return {
    url: new URL(url).origin,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    secure: plaintext ? undefined : secureContext(tls),
    proxySecure: proxy?.isTls ? secureContext(authorities) : undefined,
    proxy,
  };
}

/** Returns host and port as in a URL: `127.0.0.1:443`, `[::1]:443`. */
export function authorityOf({ host, port }: Pick<Route, 'host' | 'port'>): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Returns the options of the socket that connects to the proxy of a route, or to the server itself.
 *
 * - TCP probes an idle connection every 10 s. If a NAT or a firewall has forgotten it, it fails after about 20 s.
 * - If the host has several addresses, each has 3 s to answer. Node.js gives up after 250 ms, which is less than a slow
 *   link needs.
 */
export function firstHop(route: Route): TcpNetConnectOpts & { readonly host: string } {
  const { host, port } = route.proxy ?? route;
  return {
    host,
    port,
    keepAlive: true,
    keepAliveInitialDelay: KEEPALIVE_DELAY_MS,
    autoSelectFamilyAttemptTimeout: Math.max(ADDRESS_TIMEOUT_MS, getDefaultAutoSelectFamilyAttemptTimeout()),
  };
}
