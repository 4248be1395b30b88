/** Longer paths are cut off, since a client may send what it likes. */
const MAX_LENGTH = 200;

/**
 * Returns what may be logged of a request's address: its path, without query, fragment and parameters, which may hold
 * secrets, and without the user and the password that an absolute address may have.
 */
export function pathOf(url: string): string {
  const [, rest = url] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/i.exec(url) ?? [];
  const [path = ''] = rest.split(/[?#;]/, 1);
  return (path === '' ? '/' : path).slice(0, MAX_LENGTH);
}
