import { ZerobusError } from '../errors/zerobusError.ts';
import { RequestError } from './requestError.ts';

/** The first line of a request. */
export interface RequestHead {
  /** The UUID of the client, in lower case. */
  readonly client: string;
  /** The lowest sequence number that the client still keeps. */
  readonly kept: number;
}

/** The events of a request, by their position. */
export interface RequestEvents {
  /** The sequence numbers, ascending. */
  readonly sequences: readonly number[];
  /** What was sent. A `ZerobusError` is in the place of an event that must be refused. */
  readonly events: readonly unknown[];
}

const VERSION = 1;

/** The most events of a request, so that an answer that refuses all of them stays small. */
const MAX_EVENTS = 10_000;

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** A key `__proto__`, also with escapes. `Object.assign` would make it the prototype of the target. */
const protoKey =
  /"(?:_|\\u005f){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f){2}"\s*:/i;

/**
 * Parses the first line of a request.
 *
 * @throws {@link RequestError} `INVALID_REQUEST` if it is not of the form
 */
export function parseHead(body: string): RequestHead {
  const head = parseJson(firstLine(body));
  if (typeof head !== 'object' || head === null || !('version' in head)) {
    throw invalid('The first line must be {"version":1,"client":"…","kept":…}.');
  }
  if (head.version !== VERSION) {
    throw invalid(`The gateway knows version ${VERSION} of requests only: update the page, or the gateway.`);
  }
  const { client, kept } = head as { readonly client?: unknown; readonly kept?: unknown };
  if (typeof client !== 'string' || !uuid.test(client)) {
    throw invalid('client must be a UUID.');
  }
  return { client: client.toLowerCase(), kept: sequenceNumber('kept', kept) };
}

/**
 * Parses the other lines of a request.
 *
 * @throws {@link RequestError} `INVALID_REQUEST` if one is not of the form; `REQUEST_TOO_LARGE` if there are too many
 */
export function parseEvents(body: string, { kept }: RequestHead): RequestEvents {
  const sequences: number[] = [];
  const events: unknown[] = [];
  let last = kept - 1;
  let start = body.indexOf('\n') + 1;
  while (start > 0 && start < body.length) {
    const next = body.indexOf('\n', start);
    const line = body.slice(start, next < 0 ? body.length : next);
    start = next + 1;
    const pair = parseJson(line);
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw invalid('Each line after the first must be an array of a sequence number and an event.');
    }
    if (sequences.length === MAX_EVENTS) {
      throw new RequestError('REQUEST_TOO_LARGE', `A request must have at most ${MAX_EVENTS} events.`);
    }
    const sequence = sequenceNumber('A sequence number', pair[0]);
    if (sequence <= last) {
      throw invalid('Sequence numbers must be ascending, and not below kept.');
    }
    last = sequence;
    sequences.push(sequence);
    events.push(protoKey.test(line) ? hostileKey() : pair[1]);
  }
  if (sequences.length === 0) {
    throw invalid('A request must have an event.');
  }
  return { sequences, events };
}

function firstLine(body: string): string {
  const end = body.indexOf('\n');
  return end < 0 ? body : body.slice(0, end);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw invalid('Each line must be JSON.');
  }
}

function sequenceNumber(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(`${name} must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}.`);
  }
  return value;
}

function hostileKey(): ZerobusError {
  return new ZerobusError('INVALID_RECORD', 'An event must not have a key __proto__: rename it.');
}

function invalid(message: string): RequestError {
  return new RequestError('INVALID_REQUEST', message);
}
