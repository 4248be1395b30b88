import { isInstanceOf } from '../errors/isInstanceOf.ts';
import { kindOf } from '../errors/kindOf.ts';
import { reasonOf } from '../errors/reasonOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { isBytes } from './isBytes.ts';
import { NoJsonForm } from './noJsonForm.ts';
import { stringifyJson } from './stringifyJson.ts';

/**
 * Returns the JSON text of a record. A string is taken as JSON text, and an object is stringified.
 *
 * @throws {@link ZerobusError} `INVALID_RECORD` if the record has no JSON form that could be a row (an array, a number,
 * bytes, a google-protobuf message), or if a value in it has no JSON form, naming its path (`temp: NaN has no JSON
 * form`)
 */
export function jsonText(record: object | string): string {
  if (typeof record === 'string') {
    return record;
  }
  assertJsonRecord(record);
  let text: string | undefined;
  try {
    text = stringifyJson(record);
  } catch (error) {
    throw notJson(error);
  }
  if (!text?.startsWith('{')) {
    throw new ZerobusError(
      'INVALID_RECORD',
      'The record must serialize to a JSON object, but its toJSON returned something else.',
    );
  }
  return text;
}

/**
 * Checks the type of a record, but not its content.
 *
 * @throws {@link ZerobusError} `INVALID_RECORD` if the record is neither text nor an object that could be a row
 */
export function assertJsonRecord(record: unknown): asserts record is object | string {
  if (typeof record === 'string') {
    return;
  }
  let problem: string | undefined;
  try {
    problem = formProblem(record);
  } catch (error) {
    throw notJson(error);
  }
  if (problem !== undefined) {
    throw new ZerobusError('INVALID_RECORD', problem);
  }
}

/** Says why a value is not an object that could be a row. Throws what the value throws if it is looked at. */
function formProblem(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    return `A record of a JSON stream must be an object or a JSON string, got ${kindOf(record)}.`;
  }
  if (Object.getPrototypeOf(record) === Object.prototype) {
    return undefined;
  }
  if (isBytes(record)) {
    return 'A record of a JSON stream must be an object or a JSON string, got bytes. Pass a descriptor to send protobuf bytes, or ndjson(input) to ingest to send the lines of a file.';
  }
  return isProtobufMessage(record)
    ? 'A google-protobuf message is not a record of a JSON stream: pass its descriptor to make it a PROTO stream.'
    : undefined;
}

/** The error for a record that throws while it is serialized. */
export function notJson(error: unknown): ZerobusError {
  if (isInstanceOf(error, NoJsonForm)) {
    return new ZerobusError('INVALID_RECORD', `${sentence(error)}.`);
  }
  return new ZerobusError('INVALID_RECORD', `The record cannot be written as JSON: ${firstLine(error)}.`, {
    cause: error,
  });
}

/**
 * The JSON form of a google-protobuf message lists its fields by number. No table has such columns, and the service
 * would end the stream.
 */
function isProtobufMessage(record: object): boolean {
  return typeof (record as { readonly serializeBinary?: unknown }).serializeBinary === 'function';
}

function sentence(error: NoJsonForm): string {
  const path = error.pathText();
  return path === '' ? error.message.replace(/^./, (letter) => letter.toUpperCase()) : `${path}: ${error.message}`;
}

function firstLine(error: unknown): string {
  const message = reasonOf(error);
  return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
