import { inBatch } from '../errors/inBatch.ts';
import { type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import { type Batch, batchBytes, offsetOfRecord, recordsOf } from '../wire/batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from '../wire/batchBuilder.ts';
import { Holds } from './holds.ts';
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

/** A record that cannot become durable, or a batch of the user's with such a record. */
export interface RefusedRecord {
  readonly offset: number;
  /** The record as it would have been sent, or those of a batch. Empty if it cannot be serialized. */
  readonly payloads: readonly RecordPayload[];
}

const noLimits: BatchLimits = { maxBatchRecords: Number.POSITIVE_INFINITY, maxBatchBytes: Number.POSITIVE_INFINITY };

/**
 * All records that were accepted and are not durable: those in the open batch, and those in the ledger.
 *
 * This is plain synchronous state without a clock. The caller decides when the open batch may leave.
 */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>;
  readonly #ledger = new Ledger((batch) => this.#recycle(batch));
  readonly #builder: BatchBuilder<T>;
  /** The rejected records that the watermark must not pass yet. */
  readonly #holds = new Holds<readonly RecordPayload[]>();
  /** The offsets without a record in the open batch, counted from its first. */
  #openSkipped: number[] = [];
  #nextOffset = 0;
  /** The watermark that {@link takeDurable} has returned. */
  #takenOffset = -1;
  #isClosed = false;
  #isReleased = false;
  #hasSealed = false;

  constructor(options: OutboxOptions<T>) {
    this.#options = options;
    this.#builder = options.makeBuilder(options.limits, (batch) => {
      this.#ledger.append(this.#withSkipped(batch));
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

  /** The number of records that count towards the limits: also those that only wait for the watermark. */
  get #load(): number {
    return Math.max(this.recordCount, this.#nextOffset - 1 - this.durableOffset);
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
    return this.#load >= share * maxInflightRecords || this.byteCount >= share * maxInflightBytes;
  }

  /** Whether the load is above this share of the limits. */
  exceeds(share: number): boolean {
    const { maxInflightRecords, maxInflightBytes } = this.#options;
    return this.#load > share * maxInflightRecords || this.byteCount > share * maxInflightBytes;
  }

  /** The number of batches in flight on the current connection. */
  get sentCount(): number {
    return this.#ledger.sentCount;
  }

  /**
   * The durable watermark, -1 before the first: up to this offset, every record is durable, or was rejected and taken
   * in.
   */
  get durableOffset(): number {
    const { durableOffset } = this.#ledger;
    const { lowest } = this.#holds;
    return lowest === undefined || lowest > durableOffset ? durableOffset : lowest - 1;
  }

  /** Whether everything that was accepted is durable. */
  get isIdle(): boolean {
    return this.#ledger.isEmpty && this.#builder.recordCount === 0;
  }

  /** Whether everything is durable, no rejected record waits, and the outbox is closed. */
  get isFinished(): boolean {
    return this.#isClosed && this.isIdle && this.#holds.count === 0;
  }

  /** Whether records are held back until those in flight are durable. See {@link Ledger.isHeldBack}. */
  get isHeldBack(): boolean {
    return this.#ledger.isHeldBack;
  }

  /**
   * Accepts a record.
   *
   * @returns whether this filled a batch
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if the record is not accepted
   */
  add(record: T): boolean {
    this.#hasSealed = false;
    if (this.#builder.add(record, this.#nextOffset)) {
      this.#nextOffset++;
    } else {
      this.skip();
    }
    return this.#hasSealed;
  }

  /** Gives the next offset to nothing. It passes with the records in front of it, or at once if there are none. */
  skip(): void {
    const { recordCount } = this.#builder;
    if (recordCount > 0) {
      this.#openSkipped.push(recordCount + this.#openSkipped.length);
    } else {
      this.#ledger.skip();
    }
    this.#nextOffset++;
  }

  /**
   * Gives the next offset to a record that is rejected before it is sent. The watermark does not pass it before
   * {@link settle}.
   *
   * @returns the offset
   */
  reject(payloads: readonly RecordPayload[]): number {
    const offset = this.#nextOffset;
    this.#holds.hold(offset, payloads);
    this.skip();
    return offset;
  }

  /**
   * Processes a refusal of what is in flight. See {@link Ledger.refuse}.
   *
   * @returns the refused record, if it is known now. The watermark does not pass it before {@link settle}
   */
  refuse(): RefusedRecord | undefined {
    const batch = this.#ledger.refuse();
    if (batch === undefined) {
      return undefined;
    }
    const offset = this.#ledger.durableOffset - batch.offsetCount + 1 + offsetOfRecord(batch, 0);
    const payloads = recordsOf(batch);
    this.#holds.hold(offset, payloads);
    this.#recycle(batch);
    return { offset, payloads };
  }

  /** Lets the watermark pass a rejected record. */
  settle(offset: number): void {
    this.#holds.release(offset);
  }

  /** The offsets of what is in flight. See {@link Ledger.sentOffsets}. */
  get sentOffsets(): { readonly first: number; readonly last: number } {
    return this.#ledger.sentOffsets;
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

  /** Closes the outbox: no record is added any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Returns the next batch for the current connection, or `undefined` if none may leave now. */
  takeNext(): Outgoing | undefined {
    const queued = this.#ledger.takeNext();
    const mayOpenBatchLeave = !this.#options.lingers || this.#isReleased || this.#isClosed;
    if (queued !== undefined || !mayOpenBatchLeave || this.isHeldBack) {
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

  /** Returns the watermark if it has moved since the last call, and `undefined` otherwise. */
  takeDurable(): number | undefined {
    const { durableOffset } = this;
    if (durableOffset === this.#takenOffset) {
      return undefined;
    }
    this.#takenOffset = durableOffset;
    return durableOffset;
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
    const batches = this.unackedBatches();
    const rejected = this.#holds.entries();
    if (rejected.length === 0) {
      return batches.flatMap(recordsOf);
    }
    let first = this.#ledger.durableOffset + 1;
    const records = batches.flatMap((batch) => {
      const start = first;
      first += batch.offsetCount;
      return recordsOf(batch).map((payload, index) => ({ offset: start + offsetOfRecord(batch, index), payload }));
    });
    const others = rejected.flatMap(([offset, payloads]) => payloads.map((payload) => ({ offset, payload })));
    return [...records, ...others].sort((a, b) => a.offset - b.offset).map(({ payload }) => payload);
  }

  /** Returns the same records as the batches they are sent in. */
  unackedBatches(): Batch[] {
    this.#builder.seal();
    return this.#ledger.batches();
  }

  #withSkipped(batch: Batch): Batch {
    const skipped = this.#openSkipped;
    if (skipped.length === 0) {
      return batch;
    }
    this.#openSkipped = [];
    return { ...batch, offsetCount: batch.offsetCount + skipped.length, skipped };
  }

  #recycle({ memory }: Batch): void {
    if (memory !== undefined) {
      this.#builder.recycle(memory);
    }
  }
}
