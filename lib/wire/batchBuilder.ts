import type { Batch, RecordFormat } from './batch.ts';

/**
 * The largest size of a record, or of a batch of records. The service refuses more than 10 MiB (10,485,760 B). The
 * official SDKs stop 64 KiB short of that, to leave room for what surrounds the records.
 */
export const MAX_REQUEST_BYTES = 10_420_224;

/** The limits at which an open batch is sealed. */
export interface BatchLimits {
  /** A batch is sealed when it holds this many records. */
  readonly maxBatchRecords: number;
  /** A batch is sealed when its records take this many bytes. A single larger record gets a batch of its own. */
  readonly maxBatchBytes: number;
}

/**
 * The open batch. A record is serialized into it as soon as it is accepted, so the caller may change the record
 * afterwards.
 *
 * A full batch is sealed and handed over at once, from within {@link BatchBuilder.add}.
 */
export interface BatchBuilder<T> {
  readonly format: RecordFormat;
  /** The number of records in the open batch. */
  readonly recordCount: number;
  /**
   * The number of bytes that these records take. The number is exact for protobuf and ASCII. For other text it is at
   * least a third of the final size until the batch is sealed.
   */
  readonly byteCount: number;
  /**
   * Serializes a record behind the records that are already in the batch. If it throws, the open batch is unchanged.
   *
   * @param offset the offset of the record, for messages. Defaults to the number of records before it
   * @returns whether there was a record: a blank text has none
   * @throws {@link ZerobusError} `INVALID_RECORD` if the record cannot be serialized
   * @throws {@link ZerobusError} `RECORD_TOO_LARGE` if the record exceeds {@link MAX_REQUEST_BYTES}
   */
  add(record: T, offset?: number): boolean;
  /**
   * Seals the open batch, if it has records, and hands it over. While a record is being added, the batch may stay open.
   */
  seal(): void;
  /**
   * Takes memory back from a batch that is durable. Nothing reads that memory any more, so the next batch may be
   * written there.
   */
  recycle(memory: Buffer): void;
}

/** Called with each sealed batch. */
export type OnSealed = (batch: Batch) => void;
