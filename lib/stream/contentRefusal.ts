import { isZerobusError, type ZerobusError, type ZerobusErrorCode } from '../errors/zerobusError.ts';

/** The statuses with which the service refuses a record. */
const contentCodes: ReadonlySet<ZerobusErrorCode> = new Set<ZerobusErrorCode>([
  'INVALID_ARGUMENT',
  'INVALID_SCHEMA',
  'OUT_OF_RANGE',
]);

/**
 * Whether the service may have ended a connection because of a record that it does not take. The message says more,
 * but must not be parsed.
 *
 * @param sentCount the number of batches in flight. Without any, it has refused the stream itself
 */
export function isContentRefusal(error: unknown, sentCount: number): error is ZerobusError {
  return sentCount > 0 && isZerobusError(error) && contentCodes.has(error.code);
}
