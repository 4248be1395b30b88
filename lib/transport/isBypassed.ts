import { BlockList, isIP, isIPv6 } from 'node:net';

/** A port after a name, an IPv4 address or a bracket. An IPv6 address without brackets has no port. */
const withPort = /^(\[[^\]]*\]|[^:]*):(\d+)$/;
const network = /^(.*)\/(\d{1,3})$/;

/** A server that may be in a {@link isBypassed} list. */
export interface BypassTarget {
  /** Host name or address in any case. An IPv6 address may have brackets. */
  readonly hostname: string;
  /** The port. Entries with a port match only if it is given. */
  readonly port?: number | undefined;
}

/**
 * Returns whether a list such as `no_proxy` names a server. Its entries are separated by commas or blanks. Each is
 *
 * - a domain, which includes everything under it: `example.com`, `.example.com` or `*.example.com`
 * - a pattern with `*` at any place: `10.*`, `*.svc.*.local`, or `*` alone for every server
 * - an address, or a network in CIDR notation: `::1`, `10.0.0.0/8`, `fd00::/8`
 *
 * and may end with a port: `example.com:443`, `[::1]:443`. A scheme in front is ignored. Names are not looked up, so a
 * network matches only servers that are given by their address.
 */
export function isBypassed({ hostname, port }: BypassTarget, list: string): boolean {
  const host = normalize(hostname);
  return list
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''))
    .some((entry) => {
      const [, name = entry, entryPort] = withPort.exec(entry) ?? [];
      return (entryPort === undefined || Number(entryPort) === port) && matches(host, name);
    });
}

function matches(host: string, entry: string): boolean {
  const [, address = entry, prefix] = network.exec(entry) ?? [];
  const base = normalize(address);
  if (isIP(base) !== 0) {
    return isIP(host) !== 0 && isInNetwork(host, base, prefix);
  }
  const domain = normalize(entry.replace(/^\*?\./, ''));
  if (domain.includes('*')) {
    // With a dot in front, the pattern also matches everything under its matches.
    return matchesPattern(host, domain) || (domain !== normalize(entry) && matchesPattern(host, `*.${domain}`));
  }
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

function isInNetwork(host: string, base: string, prefix: string | undefined): boolean {
  const bits = isIPv6(base) ? 128 : 32;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(base, length, familyOf(base));
  return list.check(host, familyOf(host));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** Whether a pattern with `*` matches. Each part is looked for once, so no pattern takes long. */
function matchesPattern(host: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  let at = host.startsWith(first) ? first.length : -1;
  for (const part of rest) {
    at = at === -1 ? -1 : host.indexOf(part, at);
    at = at === -1 ? -1 : at + part.length;
  }
  return at !== -1 && at + last.length <= host.length && host.endsWith(last);
}

/** Lower case, without the brackets of an IPv6 address and the final dot of an absolute name. */
function normalize(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
