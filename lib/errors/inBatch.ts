import { isZerobusError } from './zerobusError.ts';

/**
 * Names the record of a user's batch that caused an error. The batch has one offset, so the offset does not say it.
 *
 * @param index the 0-based index of the record in the batch
 * @returns the error, with the index in its message if it is a `ZerobusError`
 */
export function inBatch(index: number, error: unknown): unknown {
  return isZerobusError(error) ? error.with({ message: `Record ${index} of the batch: ${error.message}` }) : error;
}
