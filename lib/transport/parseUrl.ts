import { isIPv6 } from 'node:net';

const schemePattern = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Parses a URL. An IPv6 address without a port needs no brackets. `URL.canParse` and `URL.parse` do not exist in the
 * oldest Node.js that is supported.
 *
 * @param text a URL, with or without a scheme
 * @param defaultScheme used if the text has no scheme
 * @returns the URL, or `undefined` if the text is not a URL
 */
export function parseUrl(text: string, defaultScheme: 'http' | 'https'): URL | undefined {
  const [scheme = `${defaultScheme}://`] = schemePattern.exec(text) ?? [];
  const rest = text.replace(schemePattern, '');
  const host = rest.replace(/[/?#].*$/s, '');
  try {
    return new URL(`${scheme}${isIPv6(host) ? `[${host}]${rest.slice(host.length)}` : rest}`);
  } catch {
    return undefined;
  }
}
