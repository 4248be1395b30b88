import { types } from 'node:util';
import type { RecordPayload, ZerobusErrorCode } from '../errors/zerobusError.ts';
import { bufferOf } from '../wire/bufferOf.ts';

/** A rejected record, as `readDeadLetters` reads it. */
export interface DeadLetter {
  /** The time of the rejection. */
  readonly time: Date;
  /** The offset of the record in its stream. The records of a batch share it. */
  readonly offset: number;
  /** The code of the error. */
  readonly code: ZerobusErrorCode;
  /** The message of the error. */
  readonly reason: string;
  /** The reasons for `INVALID_SCHEMA`. */
  readonly schemaCauses: readonly string[];
  /** The record as it would have been sent, unchanged. `undefined` if it could not be serialized. */
  readonly record: RecordPayload | undefined;
  /** The value as JSON, if there is no record and it has that form. */
  readonly value: unknown;
}

/** What a dead letter is written of: a `Rejection`. */
export interface RejectedValue {
  readonly value: unknown;
  readonly record: RecordPayload | readonly RecordPayload[] | undefined;
  readonly offset: number;
  readonly error: {
    readonly code: ZerobusErrorCode;
    readonly message: string;
    readonly schemaCauses: readonly string[];
  };
}

/** The start of every line. A line that was torn is a part of a line from its start. */
const START = '{"time":"';

/**
 * Returns the lines of a rejection: one for each record.
 *
 * They are ASCII, so a line can be torn anywhere and is still text.
 *
 * @param now the time in milliseconds
 * @param writtenValue returns what is written of the value of a rejection without a record
 */
export function letterLines(rejected: RejectedValue, now: number, writtenValue: (value: unknown) => unknown): string {
  const { offset, error, record } = rejected;
  const { code, message, schemaCauses } = error;
  const head = { time: new Date(now).toISOString(), offset, code, reason: message, schemaCauses };
  if (record === undefined) {
    return lineOf(head, jsonOf(writtenValue(rejected.value)));
  }
  const records = typeof record === 'string' || types.isUint8Array(record) ? [record] : record;
  return records.map((each) => lineOf({ ...head, record: writtenForm(each) })).join('');
}

/**
 * Reads a line back.
 *
 * @returns the letter, or `undefined` if the line was torn when its writer was killed
 * @throws `Error` if it is anything else
 */
export function parseLetter(line: string): DeadLetter | undefined {
  let letter: Record<string, unknown>;
  try {
    letter = JSON.parse(line);
  } catch (error) {
    // After a loss of power, a part of a file can be zeros.
    if (line.startsWith(START) || START.startsWith(line) || line.startsWith('\0')) {
      return undefined;
    }
    throw error;
  }
  const { time, offset, code, reason, schemaCauses = [], record, value } = Object(letter);
  const at = new Date(time);
  const isHead = typeof time === 'string' && !Number.isNaN(at.getTime()) && Number.isInteger(offset);
  if (!isHead || ![code, reason].every(isText) || !Array.isArray(schemaCauses) || !schemaCauses.every(isText)) {
    throw new TypeError('The line is JSON, but not a dead letter.');
  }
  return {
    time: at,
    offset,
    code: code as ZerobusErrorCode,
    reason,
    schemaCauses,
    record: readForm(record),
    value,
  };
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function lineOf(letter: object, valueText?: string): string {
  const text = JSON.stringify(letter);
  const line = valueText === undefined ? text : `${text.slice(0, -1)},"value":${valueText}}`;
  return `${line.replaceAll(/[\u007f-\uffff]/g, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function writtenForm(record: RecordPayload): string | { readonly base64: string } {
  return typeof record === 'string' ? record : { base64: bufferOf(record).toString('base64') };
}

function readForm(record: unknown): RecordPayload | undefined {
  if (record === undefined || typeof record === 'string') {
    return record;
  }
  const { base64 } = Object(record);
  if (typeof base64 !== 'string') {
    throw new TypeError('The line is a dead letter, but its record is neither text nor bytes in base64.');
  }
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
