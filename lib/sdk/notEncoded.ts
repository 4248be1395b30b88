import { reasonOf } from '../errors/reasonOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';

/** The reason to refuse a record of which something else than this package has thrown an error, such as an accessor. */
export function notEncoded(cause: unknown): ZerobusError {
  return new ZerobusError('INVALID_RECORD', `The record could not be made: ${reasonOf(cause)}`, { cause });
}
