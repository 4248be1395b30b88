import { shorten } from '../errors/shorten.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { parseUrl } from './parseUrl.ts';

/** The normalized address of a server. */
export interface Address {
  /** The URL without trailing slash, query or fragment: `https://1234.zerobus.us-west-2.cloud.databricks.com`. */
  readonly url: string;
  /** The host alone, in lower case. An IPv6 address has brackets. */
  readonly hostname: string;
  /** Host and port in the form that gRPC expects. The port is always present: `127.0.0.1:50051`. */
  readonly target: string;
  /** Whether the scheme is `http:`, without TLS. For servers on this machine and for tests. */
  readonly plaintext: boolean;
  /** The path without trailing slash. Empty if there is none. */
  readonly path: string;
}

const hostnamePattern = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)$/;
const blankOrControl = /[^\x21-\x7e]/;
const MAX_SHOWN_LENGTH = 200;

/**
 * Parses the address of a server. An address without a scheme is taken as `https://`.
 *
 * @param name the name of the address in the error, e.g. `endpoint`
 * @param text e.g. `1234.zerobus.us-west-2.cloud.databricks.com` or `http://127.0.0.1:50051/`
 * @throws {@link ZerobusError} `INVALID_ENDPOINT` if the address is invalid; the error never shows a password
 */
export function parseAddress(name: string, text: string): Address {
  const trimmed = text.trim();
  const url = parseUrl(trimmed, 'https');
  const fail = (why: string): ZerobusError => invalid(name, trimmed, why);
  if (url === undefined || blankOrControl.test(trimmed)) {
    throw fail('it is not a URL such as https://host or http://host:port');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw fail('its scheme must be https:// or http:// (no TLS)');
  }
  if (url.username !== '' || url.password !== '') {
    throw fail('it must not contain a user name or password');
  }
  if (!hostnamePattern.test(url.hostname)) {
    throw fail('its host must be a host name or an IP address');
  }
  if (url.port === '0') {
    throw fail('its port must not be 0');
  }
  const plaintext = url.protocol === 'http:';
  const path = withoutSlashes(url.pathname);
  return {
    url: `${url.origin}${path}`,
    hostname: url.hostname,
    target: `${url.hostname}:${url.port || (plaintext ? '80' : '443')}`,
    plaintext,
    path,
  };
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') {
    end--;
  }
  return path.slice(0, end);
}

function invalid(name: string, text: string, why: string): ZerobusError {
  const withoutUser = text.slice(text.lastIndexOf('@') + 1);
  return new ZerobusError(
    'INVALID_ENDPOINT',
    `Invalid ${name} ${JSON.stringify(shorten(withoutUser, MAX_SHOWN_LENGTH))}: ${why}.`,
  );
}
