import type { Scratch } from './scratch.ts';
import { SHORT_TEXT, writeShortText } from './writeShortText.ts';

/** Returned by {@link writeJsonString} if the text is left to `JSON.stringify`. */
export const NOT_WRITTEN = -1;

/** The longest text that is escaped here. */
const LONGEST = 0x4000;

/** Holds text while it is escaped. A UTF-16 code unit takes at most three bytes of UTF-8. */
const source = Buffer.allocUnsafeSlow(3 * LONGEST);
const sourceView = new DataView(source.buffer);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The letter behind the backslash for each byte, or 0 if the byte is not escaped. Control characters without a letter
 * of their own have `u`.
 */
const escapes = Uint8Array.from({ length: 256 }, (_, byte) => {
  const text = JSON.stringify(String.fromCharCode(byte));
  return text.startsWith('"\\') ? text.charCodeAt(2) : 0;
});
const LONG_ESCAPE = 'u'.charCodeAt(0);

/** Four copies of a byte, one for each byte of a word. */
const QUOTES = QUOTE * 0x01010101;
const BACKSLASHES = BACKSLASH * 0x01010101;
const SPACES = 0x20202020;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;

/**
 * Marks the bytes of a four-byte word that must be escaped, by their highest bits. Only the lowest mark is reliable.
 *
 * A subtraction borrows from the highest bit of a byte if the byte is less than the subtrahend: less than a space or,
 * after quotes or backslashes have become zeros, less than one. Bytes that already have that bit are UTF-8 beyond
 * ASCII.
 */
function escaped(word: number): number {
  return ((word - SPACES) | ((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES)) & ~word & HIGH_BITS;
}

/**
 * Writes text as `JSON.stringify` does.
 *
 * @returns the position behind the text, or {@link NOT_WRITTEN} if the text is very long, has control characters
 * without a letter of their own, or has lone surrogates
 */
export function writeJsonString(scratch: Scratch, position: number, text: string): number {
  if (text.length <= SHORT_TEXT) {
    const end = writeShort(scratch, position, text);
    if (end !== NOT_WRITTEN) {
      return end;
    }
  }
  return text.length <= LONGEST ? writeLong(scratch, position, text) : NOT_WRITTEN;
}

/** Writes short ASCII text that needs no escaping. */
function writeShort(scratch: Scratch, position: number, text: string): number {
  const { length } = text;
  // Also reserves room for one extra word, of which not all bytes count.
  scratch.reserve(length + 6, position);
  const { buffer, view } = scratch;
  const start = position + 1;
  const end = start + length;
  if (!writeShortText(view, start, text)) {
    return NOT_WRITTEN;
  }
  // Overwrites what is behind the end with spaces, which need no escaping.
  view.setInt32(end, SPACES, true);
  for (let at = start; at < end; at += 4) {
    if (escaped(view.getInt32(at, true)) !== 0) {
      return NOT_WRITTEN;
    }
  }
  buffer[position] = QUOTE;
  buffer[end] = QUOTE;
  return end + 1;
}

/**
 * Writes any text. One call encodes the text, and the bytes are then copied word by word, up to each byte that must be
 * escaped.
 */
function writeLong(scratch: Scratch, position: number, text: string): number {
  const length = source.write(text, 0, 'utf8');
  if (length !== text.length && !text.isWellFormed()) {
    return NOT_WRITTEN;
  }
  // Also reserves room for one extra word, of which not all bytes count.
  scratch.reserve(2 * length + 6, position);
  const { buffer, view } = scratch;
  buffer[position] = QUOTE;
  let at = position + 1;
  for (let from = 0; from < length; ) {
    while (from + 4 <= length) {
      const word = sourceView.getInt32(from, true);
      view.setInt32(at, word, true);
      const marks = escaped(word);
      if (marks !== 0) {
        // The lowest mark shows how many bytes of the word are plain.
        const plain = (31 - Math.clz32(marks & -marks)) >> 3;
        from += plain;
        at += plain;
        break;
      }
      from += 4;
      at += 4;
    }
    if (from === length) {
      break;
    }
    const byte = source[from++] as number;
    const letter = escapes[byte] as number;
    if (letter === LONG_ESCAPE) {
      return NOT_WRITTEN;
    }
    if (letter !== 0) {
      buffer[at++] = BACKSLASH;
    }
    buffer[at++] = letter === 0 ? byte : letter;
  }
  buffer[at] = QUOTE;
  return at + 1;
}
