import { RecordSpans } from '../../wire/recordSpans.ts';
import { Byte } from '../byte.ts';
import { malformed } from '../recordError.ts';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** 1 for the bytes that matter outside of strings: brackets, braces, commas and quotes. */
const structure: Uint8Array = new Uint8Array(256);
for (const byte of Buffer.from('[]{},"')) {
  structure[byte] = 1;
}

/**
 * Finds the records of a JSON text: the elements of an array, or one object. Only brackets and strings are looked at.
 * What is wrong within a record is left to the reader of records, and numbers keep all their digits.
 *
 * @param bytes the text, up to the end
 * @param start the position of the text
 * @throws {@link RecordError} if the text is neither an array nor an object, or if something follows the array
 */
export function splitRecords(bytes: Buffer, start: number): RecordSpans {
  const records = new RecordSpans(bytes);
  const first = afterSpace(bytes, start);
  if (bytes[first] === Byte.openBrace) {
    records.add(first, beforeSpace(bytes));
  } else if (bytes[first] === Byte.openBracket) {
    const after = addElements(bytes, first + 1, records);
    if (afterSpace(bytes, after) < bytes.length) {
      throw malformed('Something follows the JSON array. Send one array in each request.');
    }
  } else {
    throw malformed(problemAt(bytes, first));
  }
  return records;
}

/** @returns the position after the array */
function addElements(bytes: Buffer, start: number, records: RecordSpans): number {
  let elementStart = afterSpace(bytes, start);
  if (bytes[elementStart] === Byte.closeBracket) {
    return elementStart + 1;
  }
  let depth = 0;
  for (let at = elementStart; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (structure[byte] === 0) {
      continue;
    }
    if (byte === Byte.quote) {
      at = endOfString(bytes, at + 1);
    } else if (byte === Byte.openBrace || byte === Byte.openBracket) {
      depth++;
    } else if (depth > 0) {
      depth -= byte === Byte.comma ? 0 : 1;
    } else if (byte !== Byte.closeBrace) {
      records.add(elementStart, at);
      if (byte !== Byte.comma) {
        return at + 1;
      }
      elementStart = afterSpace(bytes, at + 1);
    }
  }
  throw malformed('The JSON array does not end. Send all of it.');
}

/** @returns the position of the quote that ends the string, or the end of the bytes */
function endOfString(bytes: Buffer, position: number): number {
  let at = position;
  while (at < bytes.length && bytes[at] !== Byte.quote) {
    at += bytes[at] === Byte.backslash ? 2 : 1;
  }
  return at;
}

function afterSpace(bytes: Buffer, position: number): number {
  let at = position;
  while (isSpace(bytes[at])) {
    at++;
  }
  return at;
}

function beforeSpace(bytes: Buffer): number {
  let end = bytes.length;
  while (isSpace(bytes[end - 1])) {
    end--;
  }
  return end;
}

function isSpace(byte: number | undefined): boolean {
  return byte === Byte.space || byte === Byte.newline || byte === Byte.carriageReturn || byte === Byte.tab;
}

function problemAt(bytes: Buffer, first: number): string {
  if (first >= bytes.length) {
    return 'The body is empty. Send a JSON array of records.';
  }
  return bytes.subarray(first, first + BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? 'The body begins with a byte order mark. Send UTF-8 without one.'
    : 'The body is neither a JSON array nor a JSON object. Send a JSON array of records.';
}
