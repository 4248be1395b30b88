import { stringContent } from './jsonTokens.ts';

const SLOTS = 512;
const MAX_KEY_BYTES = 48;

/** Recently read keys by a hash of their tokens. Records of one table have the same keys again and again. */
const slots = new Array<CachedKey | undefined>(SLOTS).fill(undefined);

interface CachedKey {
  readonly token: Uint8Array;
  readonly key: string;
}

/**
 * Reads the key of a JSON object. Mostly, the same key is the same string object, so maps know its hash already.
 *
 * @param text contains the token
 * @param start the position of its opening quote
 * @param end the position after its closing quote
 */
export function readKey(text: Buffer, start: number, end: number): string {
  if (end - start > MAX_KEY_BYTES) {
    return stringContent(text, start, end);
  }
  let hash = 0;
  for (let at = start; at < end; at++) {
    hash = (hash * 31 + (text[at] as number)) | 0;
  }
  const slot = hash & (SLOTS - 1);
  const cached = slots[slot];
  if (cached !== undefined && isToken(cached.token, text, start, end)) {
    return cached.key;
  }
  const key = stringContent(text, start, end);
  slots[slot] = { token: Uint8Array.prototype.slice.call(text, start, end), key };
  return key;
}

function isToken(token: Uint8Array, text: Buffer, start: number, end: number): boolean {
  if (token.length !== end - start) {
    return false;
  }
  for (let index = 0; index < token.length; index++) {
    if (token[index] !== text[start + index]) {
      return false;
    }
  }
  return true;
}
