import type { HonoRequest } from 'hono';
import { invalidArgument } from '../../../ingest/streamError.ts';
import { wholeNumber } from './wholeNumber.ts';

/**
 * The parameter `limit` of a request.
 *
 * @throws {@link StreamError} `INVALID_ARGUMENT` if it is not a whole number from 1 to `most`
 */
export function limitOf(request: HonoRequest, initial: number, most: number): number {
  const text = request.query('limit');
  const limit = text === undefined ? initial : wholeNumber(text);
  if (Number.isNaN(limit) || limit < 1 || limit > most) {
    throw invalidArgument(`The limit must be a whole number from 1 to ${most}, not ${text}.`);
  }
  return limit;
}
