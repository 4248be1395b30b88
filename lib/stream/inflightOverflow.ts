import { ZerobusError } from '../errors/zerobusError.ts';
import type { Outbox } from './outbox.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';

/** Creates the error of a source that is faster than the service. */
export function inflightOverflow(
  { recordCount, byteCount }: Pick<Outbox<unknown>, 'recordCount' | 'byteCount'>,
  { maxInflightRecords, maxInflightBytes }: ResolvedStreamOptions,
): ZerobusError {
  return new ZerobusError(
    'BUFFER_OVERFLOW',
    `${recordCount} records of ${byteCount} bytes are not durable, more than maxInflightRecords (${maxInflightRecords}) or maxInflightBytes (${maxInflightBytes}) allow: ` +
      'the source is faster than the service. Slow it down with the option `backpressure`, read a file or another input that can wait with `ingest` and `ndjson`, or raise the limits.',
  );
}
