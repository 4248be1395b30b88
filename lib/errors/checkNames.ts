import { reasonOf } from './reasonOf.ts';
import { shorten } from './shorten.ts';
import { ZerobusError } from './zerobusError.ts';

/**
 * The names of an interface, with `false` for internal ones, which no message shows. The compiler refuses a list that
 * misses a name or has one too many.
 */
export type NamesOf<Options> = { readonly [Name in keyof Options]-?: boolean };

const MAX_SHOWN_LENGTH = 60;

/**
 * Checks that options have no name that is not known, so that a misspelled option is not ignored.
 *
 * @param subject the function or class with these options, for the message
 * @param options the options as the caller gave them
 * @param known the names of the options
 * @param renamed the present names of former options
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if a name is not known, with the nearest known one, or if the options
 * are not an object, or cannot be read
 */
export function checkNames(
  subject: string,
  options: object,
  known: Readonly<Record<string, boolean>>,
  renamed: Readonly<Record<string, string>> = {},
): void {
  if (typeof options !== 'object' || options === null) {
    throw new ZerobusError('INVALID_OPTIONS', `The options of ${subject} must be an object.`);
  }
  for (const name of namesOf(subject, options)) {
    if (!Object.hasOwn(known, name)) {
      throw unknownName(
        subject,
        name,
        Object.keys(known).filter((each) => known[each]),
        Object.hasOwn(renamed, name) ? renamed[name] : undefined,
      );
    }
  }
}

/** Reads each option once, so that one that cannot be read is refused here. */
function namesOf(subject: string, options: object): readonly string[] {
  try {
    return Object.entries(options).map(([name]) => name);
  } catch (cause) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `The options of ${subject} cannot be read: ${reasonOf(cause)}. Pass an object with plain values.`,
      { cause },
    );
  }
}

function unknownName(
  subject: string,
  name: string,
  known: readonly string[],
  presentName: string | undefined,
): ZerobusError {
  const suggested = presentName ?? nearestName(name, known);
  return new ZerobusError(
    'INVALID_OPTIONS',
    `${subject} has no option ${shorten(name, MAX_SHOWN_LENGTH)}: ${
      suggested === undefined ? `omit it. Its options are ${known.join(', ')}` : `use ${suggested}`
    }.`,
  );
}

/**
 * Returns the known name that a misspelled one most likely means: one that is a single edit away, the first that
 * contains it, or else the one with the fewest edits. Case and underscores do not count.
 */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name.slice(0, MAX_SHOWN_LENGTH));
  const containing = known.filter((each) => wanted.length >= 4 && plain(each).includes(wanted));
  const first =
    containing.find((each) => editCount(wanted, plain(each)) <= 1) ??
    containing.find((each) => plain(each).startsWith(wanted)) ??
    containing[0];
  if (first !== undefined) {
    return first;
  }
  let nearest: string | undefined;
  let fewest = Math.max(3, Math.floor(wanted.length / 2));
  for (const each of known) {
    const count = editCount(wanted, plain(each));
    if (count < fewest) {
      nearest = each;
      fewest = count;
    }
  }
  return nearest;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The Levenshtein distance of two texts: the fewest insertions, deletions and replacements between them. */
function editCount(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
