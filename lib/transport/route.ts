import type { SecureContext } from 'node:tls';
import type { HttpProxy } from './httpProxy.ts';
import type { Address } from './parseAddress.ts';
import { type Environment, proxyFor } from './proxyFor.ts';
import { secureContext } from './secureContext.ts';
import type { CheckedTlsOptions } from './tlsOptions.ts';

/** How a server is reached. Printing it shows no secret. */
export interface Route {
  /** Scheme, host and port of the server: what error messages show. */
  readonly url: string;
  /** Host name or address of the server, an IPv6 address without brackets. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** What it is spoken to with over TLS; `undefined` for a server without TLS. */
  readonly secure: SecureContext | undefined;
  /** What the proxy is spoken to with, where that one has TLS. No client certificate goes to a proxy. */
  readonly proxySecure: SecureContext | undefined;
  /** The proxy in between, where there is one. */
  readonly proxy: HttpProxy | undefined;
}

/**
 * The way to a server: directly or by the proxy that the environment names, with TLS as its scheme says.
 *
 * @param address out of `parseAddress`
 * @param tls whom to trust and as whom to appear. Defaults to whom Node.js trusts, and as nobody
 * @param env where a proxy is looked for. Defaults to `process.env`
 * @throws ZerobusError `INVALID_OPTIONS` for a key that does not belong to its certificate, or a proxy that is no URL
 */
export function routeTo(address: Address, tls: CheckedTlsOptions = {}, env: Environment = process.env): Route {
  const { url, hostname, target, plaintext } = address;
  const proxy = proxyFor(hostname, env);
  const authorities = tls.ca === undefined ? {} : { ca: tls.ca };
  return {
    url: new URL(url).origin,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(target.slice(target.lastIndexOf(':') + 1)),
    secure: plaintext ? undefined : secureContext(tls),
    proxySecure: proxy?.isTls ? secureContext(authorities) : undefined,
    proxy,
  };
}

/** Where the socket of a route is to connect to: the proxy, or the server itself. */
export function firstHop(route: Route): { readonly host: string; readonly port: number } {
  const { host, port } = route.proxy ?? route;
  return { host, port };
}
