import { type HttpProxy, parseHttpProxy } from './httpProxy.ts';

/** Where a proxy is looked for: the first of these that is not empty counts. */
const proxyVariables = ['grpc_proxy', 'GRPC_PROXY', 'https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

/** Where the hosts to reach directly are listed: the first of these that is not empty counts. */
const bypassVariables = ['no_grpc_proxy', 'NO_GRPC_PROXY', 'no_proxy', 'NO_PROXY'] as const;

/** The environment: `process.env`, or part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy by which a host is reached, by the rules of the official SDKs.
 *
 * The first of `grpc_proxy`, `GRPC_PROXY`, `https_proxy`, `HTTPS_PROXY`, `http_proxy` and `HTTP_PROXY` that is not
 * empty is the proxy of every connection, with TLS or without. It is bypassed for the hosts that are listed, separated
 * by commas, in the first of `no_grpc_proxy`, `NO_GRPC_PROXY`, `no_proxy` and `NO_PROXY` that is not empty:
 * `example.com`, `.example.com` and `*.example.com` all stand for that domain and everything under it, `*` for all
 * hosts. This machine is no exception: list `localhost` and `127.0.0.1`.
 *
 * @param hostname the host to reach, in any case; an IPv6 address with or without brackets
 * @param env where to look
 * @returns the proxy, or `undefined` where the host is reached directly
 * @throws ZerobusError `INVALID_OPTIONS` where the proxy is needed and its URL is none
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

/** Lower case, without the brackets of an IPv6 address, and without the dot that ends an absolute name. */
function normalize(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
