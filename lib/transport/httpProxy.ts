import { ZerobusError } from '../errors/zerobusError.ts';
import { Secret } from '../secrets/secret.ts';
import { parseUrl } from './parseUrl.ts';

/** An HTTP proxy that opens tunnels (`CONNECT`, RFC 9110, 9.3.6). Printing it shows no password. */
export interface HttpProxy {
  /** Scheme, host and port, without user and password. Error messages show it. */
  readonly url: string;
  /** The environment variable that the proxy comes from. */
  readonly variable: string;
  /** Host name or address. An IPv6 address has no brackets. */
  readonly host: string;
  /** The port. Defaults to that of the scheme. */
  readonly port: number;
  /** Whether the connection to the proxy itself uses TLS. */
  readonly isTls: boolean;
  /** The value of `proxy-authorization`, if the URL has a user. */
  readonly authorization?: Secret | undefined;
}

/**
 * Parses the URL of a proxy. A URL without a scheme is taken as `http://`, as is usual for these variables.
 *
 * @param variable the environment variable that the URL comes from
 * @param text e.g. `http://user:password@proxy.example:3128`, with user and password percent-encoded
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the URL is invalid; the error shows only its scheme, since the URL
 * may contain a password
 */
export function parseHttpProxy(variable: string, text: string): HttpProxy {
  const url = parseUrl(text, 'http');
  if (url === undefined || url.hostname === '') {
    throw invalid(variable, 'it is not a URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(variable, `its scheme is ${url.protocol}//, only http:// and https:// are supported`);
  }
  if (url.port === '0') {
    throw invalid(variable, 'its port must not be 0');
  }
  const isTls = url.protocol === 'https:';
  const port = Number(url.port) || (isTls ? 443 : 80);
  return {
    url: `${url.protocol}//${url.hostname}:${port}`,
    variable,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    isTls,
    ...(url.username === '' && url.password === '' ? {} : { authorization: basic(variable, url) }),
  };
}

function basic(variable: string, { username, password }: URL): Secret {
  try {
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return new Secret(`Basic ${Buffer.from(user).toString('base64')}`);
  } catch {
    throw invalid(variable, 'its user or password is not percent-encoded');
  }
}

function invalid(variable: string, why: string): ZerobusError {
  return new ZerobusError(
    'INVALID_OPTIONS',
    `The proxy in the environment variable ${variable} cannot be used: ${why}. Correct it, or name the host in no_proxy.`,
  );
}
