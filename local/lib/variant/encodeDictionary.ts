import { compareUtf8 } from './compareUtf8.ts';
import { widthOf, writeUnsigned } from './writeUnsigned.ts';

const VERSION = 1;
const SORTED_STRINGS = 1 << 4;
const OFFSET_SIZE_SHIFT = 6;

/** Larger dictionaries are not kept, as they might take much memory. */
const MOST_KEYS_KEPT = 256;

/** The keys of a variant, encoded as its metadata. */
export interface EncodedDictionary {
  readonly metadata: Buffer;
  /** The id of each key in the metadata, in the order in which the keys were passed. */
  readonly ids: readonly number[];
}

/** The last result. The next variant of a column usually has the same keys. */
let lastKeys: readonly string[] = [];
let last: EncodedDictionary = encode(lastKeys);

/**
 * Encodes the keys of all objects of a variant as its metadata, in the order of their UTF-8 bytes.
 *
 * @param keys the keys, without duplicates
 * @returns the dictionary. It may be the result of an earlier call, so it must not be changed.
 */
export function encodeDictionary(keys: readonly string[]): EncodedDictionary {
  if (keys.length === lastKeys.length && keys.every((key, index) => key === lastKeys[index])) {
    return last;
  }
  const dictionary = encode(keys);
  if (keys.length <= MOST_KEYS_KEPT) {
    lastKeys = keys;
    last = dictionary;
  }
  return dictionary;
}

function encode(keys: readonly string[]): EncodedDictionary {
  const order = keys.map((_, index) => index);
  order.sort((one, other) => compareUtf8(keys[one] as string, keys[other] as string));
  const ids = new Array<number>(keys.length).fill(0);
  let bytes = 0;
  for (const [id, index] of order.entries()) {
    ids[index] = id;
    bytes += Buffer.byteLength(keys[index] as string);
  }
  const width = widthOf(Math.max(bytes, keys.length));
  const start = 1 + width * (keys.length + 2);
  const metadata = Buffer.allocUnsafe(start + bytes);
  let at = writeUnsigned(metadata, VERSION | SORTED_STRINGS | ((width - 1) << OFFSET_SIZE_SHIFT), 0, 1);
  at = writeUnsigned(metadata, keys.length, at, width);
  at = writeUnsigned(metadata, 0, at, width);
  let end = 0;
  for (const index of order) {
    end += metadata.write(keys[index] as string, start + end);
    at = writeUnsigned(metadata, end, at, width);
  }
  return { metadata, ids };
}
