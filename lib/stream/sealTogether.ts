import { inBatch } from '../errors/inBatch.ts';
import { isZerobusError, type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import { type Batch, batchBytes, recordsOf } from '../wire/batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from '../wire/batchBuilder.ts';

/** Creates the open batch of a stream. */
export type MakeBuilder<T> = (limits: BatchLimits, onSealed: OnSealed) => BatchBuilder<T>;

const noLimits: BatchLimits = { maxBatchRecords: Number.POSITIVE_INFINITY, maxBatchBytes: Number.POSITIVE_INFINITY };

/**
 * Serializes records into one batch of the user's, which has one offset.
 *
 * @param records at least one
 * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if a record is not accepted, or if the records
 * are too large together
 */
export function sealTogether<T>(makeBuilder: MakeBuilder<T>, records: readonly T[]): Batch {
  let sealed: Batch | undefined;
  const builder = makeBuilder(noLimits, (batch) => {
    sealed = { ...batch, offsetCount: 1, isWhole: true };
  });
  let index = 0;
  try {
    for (; index < records.length; index++) {
      builder.add(records[index] as T, index);
    }
  } catch (error) {
    throw inBatch(index, error);
  }
  builder.seal();
  if (sealed === undefined) {
    throw new RangeError('A batch must have at least one record.');
  }
  if (batchBytes(sealed) <= MAX_REQUEST_BYTES) {
    return sealed;
  }
  throw new ZerobusError(
    'RECORD_TOO_LARGE',
    `The batch takes ${batchBytes(sealed)} bytes, more than the limit of ${MAX_REQUEST_BYTES}: split it.`,
    { unacked: () => recordsOf(sealed as Batch) },
  );
}

/** Returns what a record would have been sent as, or nothing if it cannot be serialized. */
export function payloadsOf<T>(makeBuilder: MakeBuilder<T>, record: T): readonly RecordPayload[] {
  try {
    return recordsOf(sealTogether(makeBuilder, [record]));
  } catch (error) {
    return isZerobusError(error) ? error.unacked : [];
  }
}
