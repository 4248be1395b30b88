import { ZerobusError } from '../errors/zerobusError.ts';
import { MAX_REQUEST_BYTES } from './batchBuilder.ts';
import { JsonBatchBuilder } from './jsonBatchBuilder.ts';

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const CLOSING_BRACKET = 0x5d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The open batch of a JSON stream whose texts may be lines of a file.
 *
 * A byte order mark, blanks and line breaks around a text are removed. A text that has nothing else carries no record:
 * it has an offset, and becomes durable with its neighbors, but is not sent.
 */
export class JsonRecordBuilder extends JsonBatchBuilder {
  /**
   * Serializes a record, or skips a blank text.
   *
   * @throws {@link ZerobusError} `INVALID_RECORD` if the record has no JSON form, or if a text is not one JSON object
   */
  override add(record: object | string): boolean {
    if (typeof record !== 'string') {
      return super.add(record);
    }
    const text = isOneDocument(record) ? record : cleanText(record);
    return text !== '' && super.add(text);
  }
}

/**
 * Whether a text begins and ends as one JSON object, and has nothing inside that could be the boundary between two
 * objects.
 */
function isOneDocument(text: string): boolean {
  if (text.charCodeAt(0) !== OPENING_BRACE) {
    return false;
  }
  const end = text.length - 1;
  let brace = text.indexOf('}');
  while (brace !== end) {
    if (brace === -1 || !followsObject(text.charCodeAt(brace + 1))) {
      return false;
    }
    brace = text.indexOf('}', brace + 1);
  }
  return true;
}

/** Whether a character can follow an object inside of another value without a blank between them. */
function followsObject(character: number): boolean {
  return character === COMMA || character === CLOSING_BRACE || character === CLOSING_BRACKET;
}

/**
 * Removes what surrounds a JSON object.
 *
 * @returns an empty text if nothing is left
 * @throws {@link ZerobusError} `INVALID_RECORD` if the text is certainly not one object. The service checks the rest.
 */
function cleanText(given: string): string {
  // This includes the byte order mark.
  const text = given.trim();
  // A text that is too large is refused for its size.
  if (text === '' || text.length > MAX_REQUEST_BYTES) {
    return text;
  }
  if (!text.startsWith('{')) {
    throw invalid(`The record must be the text of a JSON object, but begins as ${kindOfText(text)}`);
  }
  const end = text.lastIndexOf('}') + 1;
  if (end > 0 && end < text.length && isJson(text.slice(0, end))) {
    throw invalid('The record has other text behind its JSON object. Remove it, such as the comma of a JSON array');
  }
  if (objectBoundary.test(text) && !isJson(text) && holdsSeveral(text)) {
    throw invalid('The record has more than one JSON object. Split the text, for example at its line breaks');
  }
  return text;
}

/** Between two objects without a comma. In one document it can only be inside of a text. */
const objectBoundary = /\}\s*\{/;

/** Whether the text begins with an object that is a document of its own, and has more behind it. */
function holdsSeveral(text: string): boolean {
  const end = endOfObject(text);
  return end < text.length && isJson(text.slice(0, end));
}

/** Returns the end of the object that a text begins with, or the end of the text if the object does not end. */
function endOfObject(text: string): number {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      isInText = !isInText;
    } else if (isInText) {
      at += character === BACKSLASH ? 1 : 0;
    } else if (character === OPENING_BRACE) {
      depth++;
    } else if (character === CLOSING_BRACE) {
      depth--;
      if (depth === 0) {
        return at + 1;
      }
    }
  }
  return text.length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Names what a text looks like. The text itself may be confidential. */
function kindOfText(text: string): string {
  if (text.startsWith('[')) {
    return 'a JSON array. Pass its elements one by one';
  }
  return /^["\d-]|^(?:true|false|null)$/.test(text)
    ? 'a JSON value of another kind. Wrap it in an object'
    : 'something else. Pass one JSON object per line';
}

function invalid(problem: string): ZerobusError {
  return new ZerobusError('INVALID_RECORD', `${problem}.`);
}
