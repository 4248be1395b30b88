import { Byte } from '../records/byte.ts';
import { stringContent } from '../records/jsonTokens.ts';
import { BasicType, PrimitiveType, valueHeader } from './variantType.ts';
import { writeUnsigned } from './writeUnsigned.ts';

/** The most bytes that a string takes in addition to its characters: a header and its length. */
export const LONG_STRING_HEADER_BYTES = 5;

const MAX_SHORT_STRING_BYTES = 63;

/**
 * Writes a JSON string with its escapes decoded.
 *
 * @param text contains the token in UTF-8, from its opening quote at `start` to `end`, the position after its closing
 * quote
 * @param target must have room for the token and `LONG_STRING_HEADER_BYTES` at `at`. An escape is longer than its
 * character.
 * @returns the position after the string
 */
export function writeString(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const length = end - start - 2;
  if (length > MAX_SHORT_STRING_BYTES) {
    const raw = text.subarray(start + 1, end - 1);
    const bytes = raw.includes('\\') ? Buffer.from(stringContent(text, start, end)) : raw;
    return writeBytes(bytes, target, at);
  }
  // Bytes are copied one by one, as a call into native code costs more than a short string.
  let to = at + 1;
  for (let from = start + 1; from < end - 1; from++) {
    const byte = text[from] as number;
    if (byte === Byte.backslash) {
      return writeBytes(Buffer.from(stringContent(text, start, end)), target, at);
    }
    target[to++] = byte;
  }
  target[at] = valueHeader(BasicType.shortString, length);
  return to;
}

function writeBytes(bytes: Buffer, target: Buffer, at: number): number {
  let content = at + 1;
  if (bytes.length > MAX_SHORT_STRING_BYTES) {
    target[at] = valueHeader(BasicType.primitive, PrimitiveType.string);
    content = writeUnsigned(target, bytes.length, content, 4);
  } else {
    target[at] = valueHeader(BasicType.shortString, bytes.length);
  }
  target.set(bytes, content);
  return content + bytes.length;
}
