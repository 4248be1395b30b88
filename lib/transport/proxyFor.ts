import { type HttpProxy, parseHttpProxy } from './httpProxy.ts';

/** The variables that name a proxy. The first one that is not empty counts. */
const proxyVariables = ['grpc_proxy', 'GRPC_PROXY', 'https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

/** The variables that list the hosts to reach directly. The first one that is not empty counts. */
const bypassVariables = ['no_grpc_proxy', 'NO_GRPC_PROXY', 'no_proxy', 'NO_PROXY'] as const;

/** The environment: `process.env`, or part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the proxy for a host, by the rules of the official SDKs.
 *
 * The first of `grpc_proxy`, `GRPC_PROXY`, `https_proxy`, `HTTPS_PROXY`, `http_proxy` and `HTTP_PROXY` that is not
 * empty is the proxy of every connection, with or without TLS. It is bypassed for hosts in a comma-separated list: the
 * first of `no_grpc_proxy`, `NO_GRPC_PROXY`, `no_proxy` and `NO_PROXY` that is not empty. `example.com`, `.example.com`
 * and `*.example.com` all match that domain and everything under it, and `*` matches all hosts. This machine is no
 * exception: list `localhost` and `127.0.0.1`.
 *
 * @param hostname the host to reach, in any case; an IPv6 address with or without brackets
 * @param env the variables
 * @returns the proxy, or `undefined` if the host is reached directly
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the proxy is needed and its URL is invalid
 */
export function proxyFor(hostname: string, env: Environment): HttpProxy | undefined {
  const variable = firstSet(proxyVariables, env);
  if (variable === undefined) {
    return undefined;
  }
  const bypass = firstSet(bypassVariables, env);
  if (bypass !== undefined && isListed(hostname, env[bypass] ?? '')) {
    return undefined;
  }
  return parseHttpProxy(variable, env[variable]?.trim() ?? '');
}

function firstSet<Name extends string>(variables: readonly Name[], env: Environment): Name | undefined {
  return variables.find((name) => (env[name] ?? '').trim() !== '');
}

function isListed(hostname: string, list: string): boolean {
  const host = normalize(hostname);
  return list.split(',').some((entry) => {
    const domain = normalize(entry.trim().replace(/^(\*?\.)/, ''));
    return domain === '*' || (domain !== '' && (host === domain || host.endsWith(`.${domain}`)));
  });
}

/** Lower case, without the brackets of an IPv6 address and the final dot of an absolute name. */
function normalize(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
