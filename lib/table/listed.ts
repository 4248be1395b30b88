/**
 * Lists names for a message: `a, b and 3 more`.
 *
 * @param maxCount the most names that are listed
 */
export function listed(names: readonly string[], maxCount: number): string {
  if (names.length === 0) {
    return 'none';
  }
  const rest = names.length - maxCount;
  return `${names.slice(0, maxCount).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
