import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = '127.0.0.1';
/** As URLs have them, which know only one form of each address. */
const unspecifiedHosts: ReadonlySet<string> = new Set(['0.0.0.0', '[::]', '[::ffff:0:0]']);

/**
 * The hosts by which clients reach a server that listens on `host`, the one for programs on this machine first. A
 * server can listen on `0.0.0.0` or `::`, which stand for all addresses of this machine, but no client can connect to
 * them.
 */
export function reachableHosts(host: string): readonly [string, ...string[]] {
  if (!isUnspecified(host)) {
    return [host];
  }
  const addresses = Object.values(networkInterfaces())
    .flatMap((list = []) => list)
    // Other machines can't use link-local addresses without a zone of theirs.
    .filter(({ internal, family, scopeid }) => !internal && (family === 'IPv4' || (isIPv6(host) && scopeid === 0)));
  return [LOOPBACK, ...addresses.map(({ address }) => address)];
}

/** Whether only programs on this machine can reach a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  const name = urlHost(host);
  return name === 'localhost' || name === '[::1]' || name.startsWith('127.');
}

/** A host as it is in a URL: IPv6 addresses are in brackets. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** Whether `host` stands for all addresses, in whatever form it is written. */
function isUnspecified(host: string): boolean {
  return host === '' || unspecifiedHosts.has(canonicalHost(host));
}

function canonicalHost(host: string): string {
  try {
    return new URL(`http://${urlHost(host)}`).hostname;
  } catch {
    return host;
  }
}
