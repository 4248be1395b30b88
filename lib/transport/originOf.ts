/**
 * Returns the target of a redirect as scheme, host and port only, because its query may contain anything.
 *
 * @param location the `location` header
 * @param base the URL that redirects
 */
export function originOf(location: string, base: string): string {
  try {
    return new URL(location, base).origin;
  } catch {
    return 'another address';
  }
}
