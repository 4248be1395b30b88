import { inBatch } from '../errors/inBatch.ts';
import { type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import { type Batch, batchBytes, recordsOf } from '../wire/batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from '../wire/batchBuilder.ts';
import { Ledger, type Outgoing } from './ledger.ts';

/** Creates the open batch of a stream. */
export type MakeBuilder<T> = (limits: BatchLimits, onSealed: OnSealed) => BatchBuilder<T>;

/** Options of {@link Outbox}. */
export interface OutboxOptions<T> {
  readonly limits: BatchLimits;
  readonly maxInflightRecords: number;
  readonly maxInflightBytes: number;
  /** Whether a batch that is not full stays until {@link Outbox.release} is called. */
  readonly lingers: boolean;
  readonly makeBuilder: MakeBuilder<T>;
}

const noLimits: BatchLimits = { maxBatchRecords: Number.POSITIVE_INFINITY, maxBatchBytes: Number.POSITIVE_INFINITY };

/**
 * All records that were accepted and are not durable: those in the open batch, and those in the ledger.
 *
 * This is plain synchronous state without a clock. The caller decides when the open batch may leave.
 */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>;
  readonly #ledger = new Ledger(({ memory }) => {
    if (memory !== undefined) {
      this.#builder.recycle(memory);
    }
  });
  readonly #builder: BatchBuilder<T>;
  #nextOffset = 0;
  #isClosed = false;
  #isReleased = false;
  #hasSealed = false;

  constructor(options: OutboxOptions<T>) {
    this.#options = options;
    this.#builder = options.makeBuilder(options.limits, (batch) => {
      this.#ledger.append(batch);
      this.#hasSealed = true;
      this.#isReleased = false;
    });
  }

  /** The offset of the next submission: of a record by itself, or of a batch of the user's. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** The number of records that are not durable. */
  get recordCount(): number {
    return this.#ledger.recordCount + this.#builder.recordCount;
  }

  /** The number of bytes these records take in their wire form. */
  get byteCount(): number {
    return this.#ledger.byteCount + this.#builder.byteCount;
  }

  /** The number of these bytes that wait for the connection. */
  get backlogBytes(): number {
    return this.#ledger.unsentByteCount + this.#builder.byteCount;
  }

  /** Whether the load is at least this share of the limits. */
  reaches(share: number): boolean {
    const { maxInflightRecords, maxInflightBytes } = this.#options;
    return this.recordCount >= share * maxInflightRecords || this.byteCount >= share * maxInflightBytes;
  }

  /** Whether the load is above this share of the limits. */
  exceeds(share: number): boolean {
    const { maxInflightRecords, maxInflightBytes } = this.#options;
    return this.recordCount > share * maxInflightRecords || this.byteCount > share * maxInflightBytes;
  }

  /** The number of batches in flight on the current connection. */
  get sentCount(): number {
    return this.#ledger.sentCount;
  }

  /** The last of the user's offsets that is durable, -1 before the first. */
  get durableOffset(): number {
    return this.#ledger.durableOffset;
  }

  /** Whether everything that was accepted is durable. */
  get isIdle(): boolean {
    return this.#ledger.isEmpty && this.#builder.recordCount === 0;
  }

  /** Whether everything is durable and the outbox is closed. */
  get isFinished(): boolean {
    return this.#isClosed && this.isIdle;
  }

  /**
   * Accepts a record.
   *
   * @returns whether this filled a batch
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if the record is not accepted
   */
  add(record: T): boolean {
    this.#hasSealed = false;
    this.#builder.add(record);
    this.#nextOffset++;
    return this.#hasSealed;
  }

  /** Lets the open batch leave before it is full, as soon as the connection takes it. */
  release(): void {
    this.#isReleased = this.#builder.recordCount > 0;
  }

  /** Whether the open batch only waits for the connection. Releasing it again has no effect. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  /**
   * Accepts records as one batch of the user's. It has one offset, and is acknowledged and sent again as a whole.
   *
   * @param records at least one
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if a record is not accepted, or if the records
   * are too large together; no record is then accepted
   */
  addBatch(records: readonly T[]): void {
    this.append(this.#sealTogether(records));
  }

  /** Appends a batch unchanged. */
  append(batch: Batch): void {
    this.#builder.seal();
    // The memory belongs to another stream, which may read it even after the batch is durable.
    this.#ledger.append({ ...batch, memory: undefined });
    this.#nextOffset += batch.offsetCount;
  }

  #sealTogether(records: readonly T[]): Batch {
    let sealed: Batch | undefined;
    const builder = this.#options.makeBuilder(noLimits, (batch) => {
      sealed = { ...batch, offsetCount: 1 };
    });
    let index = 0;
    try {
      for (; index < records.length; index++) {
        builder.add(records[index] as T);
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

  /** Closes the outbox: no record is added any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Returns the next batch for the current connection, or `undefined` if none may leave now. */
  takeNext(): Outgoing | undefined {
    const queued = this.#ledger.takeNext();
    const mayOpenBatchLeave = !this.#options.lingers || this.#isReleased || this.#isClosed;
    if (queued !== undefined || !mayOpenBatchLeave) {
      return queued;
    }
    this.#builder.seal();
    // A record is being added to it at this moment. It calls for a release of its own.
    if (this.#builder.recordCount > 0) {
      this.#isReleased = false;
    }
    return this.#ledger.takeNext();
  }

  /** Processes an ack. See {@link Ledger.acknowledge}. */
  acknowledge(physicalOffset: number): boolean {
    return this.#ledger.acknowledge(physicalOffset);
  }

  /** See {@link Ledger.takePassed}. */
  takePassed(): boolean {
    return this.#ledger.takePassed();
  }

  /** Starts a new connection. Everything that is not durable is queued again, in order. */
  rewind(): void {
    this.#ledger.rewind();
  }

  /** Returns the size of what is sent again. See {@link Ledger.replay}. */
  replay(): { readonly records: number; readonly batches: number } {
    return this.#ledger.replay();
  }

  /** Returns every record that was accepted and is not durable, in order. */
  unacked(): RecordPayload[] {
    return this.unackedBatches().flatMap(recordsOf);
  }

  /** Returns the same records as the batches they are sent in. */
  unackedBatches(): Batch[] {
    this.#builder.seal();
    return this.#ledger.batches();
  }
}
