/**
 * Replaces the escape of half a surrogate pair, `\ud83d`, by that of U+FFFD. `JSON.stringify` writes it for text that
 * was cut inside an emoji, and the service ends the stream for it. The length stays.
 *
 * @param json JSON text
 */
export function wellFormedJson(json: string): string {
  return json.includes('\\u')
    ? json.replace(escapes, (found) => (loneSurrogate.test(found) ? '\\ufffd' : found))
    : json;
}

/** Pairs first, then every other escape, so that the `u` of an escaped backslash is not taken for one. */
const escapes = /\\u[dD][89aAbB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\[^u]/g;
const loneSurrogate = /^\\u[dD][89a-fA-F]..$/;
