import { asyncKind } from '../../errors/asyncKind.ts';
import { reasonOf } from '../../errors/reasonOf.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import { utf8Length } from './utf8Length.ts';

/**
 * Returns the JSON text of an event.
 *
 * @param event the value of the source
 * @param maxBytes the most bytes that it may have in UTF-8
 * @throws {@link ZerobusError} `INVALID_RECORD` if it has no JSON form: it is `undefined`, a function or a Promise, or
 * it contains itself, a bigint, or a number that is not finite; `RECORD_TOO_LARGE` if it has more bytes
 */
export function eventJson(event: unknown, maxBytes: number): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(event, refuseWhatIsLost);
  } catch (error) {
    throw new ZerobusError('INVALID_RECORD', `The event cannot be written as JSON: ${firstLine(error)}.`);
  }
  if (text === undefined) {
    throw new ZerobusError('INVALID_RECORD', `The event has no JSON form, got ${typeof event}. Pass an object.`);
  }
  // A character has 3 bytes at most.
  if (text.length * 3 > maxBytes && utf8Length(text) > maxBytes) {
    throw new ZerobusError('RECORD_TOO_LARGE', `The event has more than the ${maxBytes} bytes of a request.`);
  }
  return text;
}

/** `JSON.stringify` writes such a number as `null`, and a Promise as `{}`. */
function refuseWhatIsLost(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error(`${nameOf(key)} is ${value}.`);
  }
  const kind = typeof value === 'object' && value !== null ? asyncKind(value) : undefined;
  if (kind !== undefined) {
    throw new Error(`${nameOf(key)} is ${kind.name}. ${kind.wayOut}.`);
  }
  return value;
}

function nameOf(key: string): string {
  return key === '' ? 'it' : key;
}

function firstLine(error: unknown): string {
  return (reasonOf(error).split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
