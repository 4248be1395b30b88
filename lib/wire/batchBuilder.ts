import type { Batch, RecordFormat } from './batch.ts';

/**
 * The most a record, or a batch of them, may take: the service refuses more than 10 MiB (10,485,760 B), and the
 * official SDKs stop 64 KiB short of it, for what surrounds the records.
 */
export const MAX_REQUEST_BYTES = 10_420_224;

/** When an open batch is full. */
export interface BatchLimits {
  /** Sealed once it holds this many records. */
  readonly maxBatchRecords: number;
  /** Sealed once its records take this many bytes; a single larger record makes a batch of its own. */
  readonly maxBatchBytes: number;
}

/**
 * The open batch: a record is serialized into it the moment it is accepted, so that the caller may change it
 * afterwards.
 *
 * A full batch is sealed and handed over at once, from within {@link BatchBuilder.add}.
 */
export interface BatchBuilder<T> {
  readonly format: RecordFormat;
  /** How many records the open batch holds. */
  readonly recordCount: number;
  /**
   * How many bytes they take: exact for protobuf and ASCII, otherwise at least a third of the truth until the batch is
   * sealed.
   */
  readonly byteCount: number;
  /**
   * Serializes a record behind those already there.
   *
   * @throws ZerobusError `INVALID_RECORD` or `RECORD_TOO_LARGE`; the open batch is then as it was
   */
  add(record: T): void;
  /** Seals what is open, if anything is, and hands it over. May leave it open while a record is being added. */
  seal(): void;
  /**
   * A batch of this builder's is durable: nobody looks at its memory any more, and another one may be written there.
   */
  recycle(memory: Buffer): void;
}

/** Takes a sealed batch over. */
export type OnSealed = (batch: Batch) => void;
