import { shorten } from '../errors/shorten.ts';

/** Shown instead of a secret. */
export const SECRET_PLACEHOLDER = '[secret]';

const MAX_TEXT_LENGTH = 300;
/**
 * A shorter secret is replaced only as a word of its own. Anywhere else it is more likely to be part of another word,
 * as `b` is in `zerobus`.
 */
const MIN_UNMISTAKABLE_LENGTH = 8;
const authScheme = /\b(bearer|basic)\s+[\w.~+/=-]+/gi;

/**
 * Makes a foreign text safe for an error message. The known secrets, and the token after `Bearer` or `Basic`, are
 * replaced; control characters become blanks; and the length is bounded. A secret of at least 8 characters is replaced
 * wherever it stands, and a shorter one only if it is a word of its own.
 *
 * @param text a foreign text, e.g. a server's error description
 * @param secrets texts that must not show; empty ones are ignored
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret !== '') {
      clean = clean.replaceAll(occurrencesOf(secret), SECRET_PLACEHOLDER);
    }
  }
  clean = clean
    .replace(authScheme, `$1 ${SECRET_PLACEHOLDER}`)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return shorten(clean, MAX_TEXT_LENGTH);
}

/**
 * Matches the secret in a text: anywhere, or only as a word if it is short. `hushError` has the words of `hush error`.
 */
function occurrencesOf(secret: string): string | RegExp {
  if (secret.length >= MIN_UNMISTAKABLE_LENGTH) {
    return secret;
  }
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const before = /^\p{Lu}/u.test(secret) ? '\\p{Lu}' : '\\p{L}';
  const after = /\p{Ll}$/u.test(secret) ? '\\p{Ll}' : '\\p{L}';
  return new RegExp(`(?<![${before}\\p{N}-])${literal}(?![${after}\\p{N}-])`, 'gu');
}

/**
 * Returns every form in which client credentials may occur in a text: as they are, in a URL, in JSON, and as `Basic`
 * credentials.
 *
 * @param clientId the user of the `Basic` credentials
 * @param clientSecret the secret that must not show
 */
export function secretForms(clientId: string, clientSecret: string): readonly string[] {
  return [
    Buffer.from(`${clientId}:${clientSecret}`).toString('base64'),
    JSON.stringify(clientSecret).slice(1, -1),
    encodeURIComponent(clientSecret),
    new URLSearchParams([['', clientSecret]]).toString().slice(1),
    clientSecret,
  ];
}
