import { type HttpProxy, parseHttpProxy } from './httpProxy.ts';
import { isBypassed } from './isBypassed.ts';

/** The variables that name a proxy. The first one that is not empty counts. */
const proxyVariables = ['grpc_proxy', 'GRPC_PROXY', 'https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

/** The variables that list the hosts to reach directly. The first one that is not empty counts. */
const bypassVariables = ['no_grpc_proxy', 'NO_GRPC_PROXY', 'no_proxy', 'NO_PROXY'] as const;

/** The environment: `process.env`, or part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy, and the list of servers that are reached without it. */
export interface BypassableProxy extends HttpProxy {
  /** The environment variable that the list comes from, or would come from. */
  readonly bypassVariable: string;
}

/**
 * Finds the proxy for a host, by the rules of the official SDKs.
 *
 * The first of `grpc_proxy`, `GRPC_PROXY`, `https_proxy`, `HTTPS_PROXY`, `http_proxy` and `HTTP_PROXY` that is not
 * empty is the proxy of every connection, with or without TLS. It is bypassed for servers in a list: the first of
 * `no_grpc_proxy`, `NO_GRPC_PROXY`, `no_proxy` and `NO_PROXY` that is not empty; see {@link isBypassed}. This machine
 * is not an exception: list `localhost` and `127.0.0.1`.
 *
 * @param hostname the host to reach, in any case; an IPv6 address with or without brackets
 * @param env the variables
 * @param port the port to reach, for entries of the list with a port
 * @returns the proxy, or `undefined` if the host is reached directly
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the proxy is needed and its URL is invalid
 */
export function proxyFor(hostname: string, env: Environment, port?: number): BypassableProxy | undefined {
  const variable = firstSet(proxyVariables, env);
  if (variable === undefined) {
    return undefined;
  }
  const bypass = firstSet(bypassVariables, env);
  if (bypass !== undefined && isBypassed({ hostname, port }, env[bypass] ?? '')) {
    return undefined;
  }
  const proxy = parseHttpProxy(variable, env[variable]?.trim() ?? '');
  return { ...proxy, bypassVariable: bypass ?? 'no_proxy' };
}

function firstSet<Name extends string>(variables: readonly Name[], env: Environment): Name | undefined {
  return variables.find((name) => (env[name] ?? '').trim() !== '');
}
