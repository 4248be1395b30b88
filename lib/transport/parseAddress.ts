import { ZerobusError } from '../errors/zerobusError.ts';
import { parseUrl } from './parseUrl.ts';

/** Where a server is, normalized. */
export interface Address {
  /** With scheme, without trailing slash, query or fragment: `https://1234.zerobus.us-west-2.cloud.databricks.com`. */
  readonly url: string;
  /** The host alone, lower-case; an IPv6 address in brackets. */
  readonly hostname: string;
  /** Host and port as gRPC wants them, the port always there: `127.0.0.1:50051`. */
  readonly target: string;
  /** Whether the scheme is `http:`, that is, without TLS: for servers on this machine and for tests. */
  readonly plaintext: boolean;
  /** What follows the host, without trailing slash; empty where nothing does. */
  readonly path: string;
}

const hostnamePattern = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)$/;
const blankOrControl = /[^\x21-\x7e]/;
const MAX_SHOWN_LENGTH = 200;

/**
 * Reads an address of a server. `https://` is put before it where no scheme stands there.
 *
 * @param name what the address is called in the error, e.g. `endpoint`
 * @param text e.g. `1234.zerobus.us-west-2.cloud.databricks.com` or `http://127.0.0.1:50051/`
 * @throws {@link ZerobusError} `INVALID_ENDPOINT`, which never shows a password that stood in the address
 */
export function parseAddress(name: string, text: string): Address {
  const trimmed = text.trim();
  const url = parseUrl(trimmed, 'https');
  const fail = (why: string): ZerobusError => invalid(name, trimmed, why);
  if (url === undefined || blankOrControl.test(trimmed)) {
    throw fail('it is not a URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw fail('only https:// and http:// (no TLS) are known');
  }
  if (url.username !== '' || url.password !== '') {
    throw fail('it must not hold a user name or password');
  }
  if (!hostnamePattern.test(url.hostname)) {
    throw fail('its host is not a host name');
  }
  if (url.port === '0') {
    throw fail('nothing can be reached at port 0');
  }
  const plaintext = url.protocol === 'http:';
  const path = url.pathname.replace(/\/+$/, '');
  return {
    url: `${url.origin}${path}`,
    hostname: url.hostname,
    target: `${url.hostname}:${url.port || (plaintext ? '80' : '443')}`,
    plaintext,
    path,
  };
}

function invalid(name: string, text: string, why: string): ZerobusError {
  const withoutUser = text.slice(text.lastIndexOf('@') + 1);
  return new ZerobusError(
    'INVALID_ENDPOINT',
    `Invalid ${name} ${JSON.stringify(withoutUser.slice(0, MAX_SHOWN_LENGTH))}: ${why}`,
  );
}
