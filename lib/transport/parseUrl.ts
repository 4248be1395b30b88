const schemePattern = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Parses a URL. `URL.canParse` and `URL.parse` are younger than the oldest Node.js that is supported.
 *
 * @param text a URL, with or without a scheme
 * @param defaultScheme the scheme of a text that has none
 * @returns the URL, or `undefined` if the text is not one
 */
export function parseUrl(text: string, defaultScheme: 'http' | 'https'): URL | undefined {
  try {
    return new URL(schemePattern.test(text) ? text : `${defaultScheme}://${text}`);
  } catch {
    return undefined;
  }
}
