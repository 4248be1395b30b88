import { quote } from './valueRules.ts';

/**
 * A hint for a name that is not known, such as `; did you mean "temp"? Case matters in names`. Only called for an
 * error.
 *
 * @param known the names that are known
 * @returns '' if none of them is similar
 */
export function nameHint(name: string, known: readonly string[]): string {
  const similar = similarName(name, known);
  if (similar === undefined) {
    return '';
  }
  const isInOtherCase = similar.toLowerCase() === name.toLowerCase();
  return `; did you mean ${quote(similar)}? ${isInOtherCase ? 'Case matters in names' : 'Names must be the same'}`;
}

/** The name that is the same but for its case, or else but for case and separators. */
export function similarName(name: string, known: readonly string[]): string | undefined {
  const lowerCase = name.toLowerCase();
  const folded = withoutSeparators(name);
  return (
    known.find((each) => each.toLowerCase() === lowerCase) ?? known.find((each) => withoutSeparators(each) === folded)
  );
}

/** `deviceId`, `device_id` and `Device-ID` are the same. */
function withoutSeparators(name: string): string {
  return name.toLowerCase().replaceAll(/[_\s.-]/g, '');
}
