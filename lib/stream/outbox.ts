import type { RecordPayload } from '../errors/zerobusError.ts';
import { type Batch, offsetOfRecord, recordsOf } from '../wire/batch.ts';
import type { BatchBuilder, BatchLimits } from '../wire/batchBuilder.ts';
import type { BatchObserver } from './batchObserver.ts';
import { Gaps } from './gaps.ts';
import { type InflightLimits, InflightLoad } from './inflightLoad.ts';
import { Ledger, type Outgoing } from './ledger.ts';
import type { Excess, OnDropped } from './overflow.ts';
import { byOffset, type PlacedPayload, RejectedRecords } from './rejectedRecords.ts';
import { type MakeBuilder, sealTogether } from './sealTogether.ts';

/** Options of {@link Outbox}. */
export interface OutboxOptions<T> extends InflightLimits {
  readonly limits: BatchLimits;
  /** Whether a batch that is not full stays until {@link Outbox.release} is called. */
  readonly lingers: boolean;
  readonly makeBuilder: MakeBuilder<T>;
  /** Called about each batch. Defaults to none. */
  readonly observer?: BatchObserver | undefined;
}

/** A record that cannot become durable, or a batch of the user's with such a record. */
export interface RefusedRecord {
  readonly offset: number;
  /** The record as it would have been sent, or those of a batch. Empty if it cannot be serialized. */
  readonly payloads: readonly RecordPayload[];
  /** Whether it is a batch of the user's. Defaults to `false`. */
  readonly isWhole?: boolean;
}

/**
 * All records that were accepted and are not durable: those in the open batch, and those in the ledger.
 *
 * This is plain synchronous state without a clock. The caller decides when the open batch may leave.
 */
export class Outbox<T> extends InflightLoad {
  readonly #options: OutboxOptions<T>;
  readonly #ledger: Ledger;
  readonly #builder: BatchBuilder<T>;
  readonly #rejected = new RejectedRecords();
  /** The dropped offsets. */
  #gaps: Gaps | undefined;
  /** The offsets without a record in the open batch, counted from its first. */
  #openSkipped: number[] = [];
  #nextOffset = 0;
  /** The watermark that {@link takeDurable} has returned. */
  #takenOffset = -1;
  #isClosed = false;
  #isReleased = false;
  /** The number of batches that were sealed. */
  #sealedCount = 0;

  constructor(options: OutboxOptions<T>) {
    super(options);
    this.#options = options;
    this.#ledger = new Ledger((batch) => this.#recycle(batch), options.observer);
    this.#builder = options.makeBuilder(options.limits, (batch) => {
      this.#sealedCount++;
      this.#isReleased = false;
      this.#ledger.append(this.#withSkipped(batch));
    });
  }

  /** The offset of the next submission: of a record by itself, or of a batch of the user's. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** The number of records in the open batch. */
  get openRecordCount(): number {
    return this.#builder.recordCount;
  }

  /** The number of records that are not durable. */
  get recordCount(): number {
    return this.#ledger.recordCount + this.#builder.recordCount;
  }

  /** The number of records that count towards the limits: also those that only wait for the watermark. */
  override get loadRecords(): number {
    const { durableOffset } = this;
    const droppedCount = this.#gaps === undefined ? 0 : this.#gaps.countAbove(durableOffset);
    return Math.max(this.recordCount, this.#nextOffset - 1 - durableOffset - droppedCount);
  }

  /** The offset of the oldest record that no connection has sent, or `undefined` if there is none. */
  get oldestUnsentOffset(): number | undefined {
    const { recordCount } = this.#builder;
    const open = recordCount === 0 ? undefined : this.#nextOffset - recordCount - this.#openSkipped.length;
    return this.#ledger.oldestUnsentOffset ?? open;
  }

  /** The number of bytes that count towards the limits: also those of rejected records that are not taken in. */
  override get loadBytes(): number {
    return this.byteCount + this.#rejected.byteCount;
  }

  /** The number of bytes these records take in their wire form. */
  get byteCount(): number {
    return this.#ledger.byteCount + this.#builder.byteCount;
  }

  /** The number of these bytes that wait for the connection. */
  get backlogBytes(): number {
    return this.#ledger.unsentByteCount + this.#builder.byteCount;
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
    const { lowestHeld } = this.#rejected;
    return lowestHeld === undefined || lowestHeld > durableOffset ? durableOffset : lowestHeld - 1;
  }

  /** Whether a rejected record holds the watermark back. */
  get isHolding(): boolean {
    return this.#rejected.heldCount > 0;
  }

  /** Whether everything that was accepted is durable. */
  get isIdle(): boolean {
    return this.#ledger.isEmpty && this.#builder.recordCount === 0;
  }

  /** Whether everything is durable, no rejected record waits, and the outbox is closed. */
  get isFinished(): boolean {
    return this.#isClosed && this.isIdle && this.#rejected.heldCount === 0;
  }

  /** Whether records are held back until those in flight are durable. See {@link Ledger.isHeldBack}. */
  get isHeldBack(): boolean {
    return this.#ledger.isHeldBack;
  }

  /**
   * Accepts a record.
   *
   * @param offset the offset of the record, for messages. Defaults to {@link nextOffset}
   * @returns whether this filled a batch
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if the record is not accepted
   */
  add(record: T, offset: number = this.#nextOffset): boolean {
    const sealedBefore = this.#sealedCount;
    if (this.#builder.add(record, offset)) {
      this.#nextOffset++;
    } else {
      this.skip();
    }
    return this.#sealedCount !== sealedBefore;
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
   * Gives the next offset to a value that is dropped. It does not count towards the limits.
   *
   * @returns the offset
   */
  dropNext(): number {
    // So that the offset need not be kept in the open batch.
    this.#builder.seal();
    const offset = this.#nextOffset;
    this.#addGap(offset, offset);
    this.skip();
    return offset;
  }

  /**
   * Drops the oldest records that no connection has sent: as many of a batch as must leave, or a bit more. See
   * {@link Ledger.dropOldest}.
   *
   * @param excess what must leave
   * @param onDropped called with the offsets, without those of rejected records
   * @returns whether there was such a record
   */
  dropOldest(excess: Excess, onDropped: OnDropped): boolean {
    if (this.#ledger.oldestUnsentOffset === undefined) {
      this.#builder.seal();
    }
    const range = this.#ledger.dropOldest(excess);
    if (range === undefined) {
      return false;
    }
    let { first } = range;
    const report = (last: number): void => {
      if (first <= last) {
        this.#addGap(first, last);
        onDropped(first, last);
      }
    };
    for (const rejected of this.#rejected.offsetsIn(range)) {
      report(rejected - 1);
      first = rejected + 1;
    }
    report(range.last);
    return true;
  }

  /**
   * Gives the next offset to a record that is rejected before it is sent. The watermark does not pass it before
   * {@link settle}.
   *
   * @returns the offset
   */
  reject(payloads: readonly RecordPayload[]): number {
    const offset = this.#nextOffset;
    this.#rejected.hold(offset, payloads);
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
    // A copy, because the memory of the batch is used again.
    const alone = {
      ...batch,
      buffer: Buffer.from(batch.buffer),
      memory: undefined,
      offsetCount: 1,
      skipped: undefined,
    };
    this.#rejected.hold(offset, alone);
    this.#recycle(batch);
    return { offset, payloads, isWhole: batch.isWhole === true };
  }

  /** Lets the watermark pass a rejected record. */
  settle(offset: number): void {
    this.#rejected.settle(offset, this.#ledger.durableOffset);
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
    this.append(sealTogether(this.#options.makeBuilder, records));
  }

  /** Appends a batch unchanged. */
  append(batch: Batch): void {
    this.#builder.seal();
    // The memory belongs to another stream, which may read it even after the batch is durable.
    this.#ledger.append({ ...batch, memory: undefined });
    this.#nextOffset += batch.offsetCount;
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
    return this.#rejected.heldCount === 0
      ? this.unackedBatches().flatMap(recordsOf)
      : this.unackedWithOffsets().map(({ payload }) => payload);
  }

  /** Returns the same records with their offsets. */
  unackedWithOffsets(): PlacedPayload[] {
    this.#builder.seal();
    let first = this.#ledger.durableOffset + 1;
    const records = this.#ledger.batches().flatMap((batch) => {
      const start = first;
      first += batch.offsetCount;
      return recordsOf(batch).map((payload, index) => ({ offset: start + offsetOfRecord(batch, index), payload }));
    });
    const rejected = this.#rejected.heldPayloads();
    return rejected.length === 0 ? records : [...records, ...rejected].sort(byOffset);
  }

  /** Returns the same records as the batches they are sent in, without those that were never sent. */
  unackedBatches(): Batch[] {
    this.#builder.seal();
    // A batch that was refused was the oldest one.
    return [...this.#rejected.heldBatches(), ...this.#ledger.batches()];
  }

  #withSkipped(batch: Batch): Batch {
    const skipped = this.#openSkipped;
    if (skipped.length === 0) {
      return batch;
    }
    this.#openSkipped = [];
    return { ...batch, offsetCount: batch.offsetCount + skipped.length, skipped };
  }

  #addGap(first: number, last: number): void {
    this.#gaps ??= new Gaps();
    this.#gaps.add(first, last);
  }

  #recycle({ memory }: Batch): void {
    if (memory !== undefined) {
      this.#builder.recycle(memory);
    }
  }
}
