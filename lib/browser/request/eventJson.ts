import { asyncKind } from '../../errors/asyncKind.ts';
import { reasonOf } from '../../errors/reasonOf.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';

/**
 * Returns the JSON text of an event.
 *
 * @param event the value of the source
 * @throws {@link ZerobusError} `INVALID_RECORD` if it has no JSON form: it is `undefined`, a function or a Promise, or
 * it contains itself, a bigint, or a number that is not finite
 */
export function eventJson(event: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(event, refuseWhatIsLost);
  } catch (error) {
    throw new ZerobusError('INVALID_RECORD', `The event cannot be written as JSON: ${firstLine(error)}.`);
  }
  if (text === undefined) {
    throw new ZerobusError('INVALID_RECORD', `The event has no JSON form, got ${typeof event}. Pass an object.`);
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
