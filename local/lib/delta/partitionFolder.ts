import { createHash } from 'node:crypto';

/** The folder of the null partition of a column. */
const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';

/** The characters that Hive escapes in the names of partition folders, and control characters beyond ASCII. */
const escapedInFolders = /["#%'*/:=?\\{[\]^\p{Cc}]/gu;

/** File systems limit a name to 255 bytes. */
const LONGEST_NAME_BYTES = 200;

/** The beginning of a long value that stays in the name of its folder, in characters. */
const READABLE_CHARACTERS = 16;

/**
 * The folder for the data files of a partition, relative to the table's root: `day=2024-02-29/region=a%2Fb`.
 *
 * Its name is for people: readers take the values from the log. A value that is too long for a name is cut, and a hash
 * makes the name unique.
 *
 * @param partitionValues the values in the order of the table's partition columns
 */
export function partitionFolder(partitionValues: Readonly<Record<string, string | null>>): string {
  return Object.entries(partitionValues).map(folderName).join('/');
}

function folderName([column, value]: [string, string | null]): string {
  const name = `${escapeName(column)}=${value === null ? NULL_PARTITION : escapeName(value)}`;
  if (Buffer.byteLength(name) <= LONGEST_NAME_BYTES) {
    return name;
  }
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `${escapeName(beginning(column))}=${escapeName(beginning(value ?? NULL_PARTITION))}-${hash}`;
}

function beginning(text: string): string {
  return [...text.slice(0, READABLE_CHARACTERS * 2)].slice(0, READABLE_CHARACTERS).join('');
}

function escapeName(text: string): string {
  return text.replace(
    escapedInFolders,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
