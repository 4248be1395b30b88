import { ZerobusError } from '../errors/zerobusError.ts';
import type { InflightLimits, InflightLoad } from './inflightLoad.ts';

/** Creates the error of a source that is faster than the service. */
export function inflightOverflow(
  { loadRecords, loadBytes }: InflightLoad,
  { maxInflightRecords, maxInflightBytes }: InflightLimits,
): ZerobusError {
  return new ZerobusError(
    'BUFFER_OVERFLOW',
    `${loadRecords} records of ${loadBytes} bytes are not durable, more than maxInflightRecords (${maxInflightRecords}) or maxInflightBytes (${maxInflightBytes}) allow: ` +
      'the source is faster than the service. Slow it down with the option `backpressure`, read a file or another input that can wait with `ingest` and `ndjson`, raise the limits, or drop values with `overflow`.',
  );
}
