const schemePattern = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Parses a URL. `URL.canParse` and `URL.parse` do not exist in the oldest Node.js that is supported.
 *
 * @param text a URL, with or without a scheme
 * @param defaultScheme used if the text has no scheme
 * @returns the URL, or `undefined` if the text is not a URL
 */
export function parseUrl(text: string, defaultScheme: 'http' | 'https'): URL | undefined {
  try {
    return new URL(schemePattern.test(text) ? text : `${defaultScheme}://${text}`);
  } catch {
    return undefined;
  }
}
