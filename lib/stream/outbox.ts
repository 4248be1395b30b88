import { type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import { type Batch, batchBytes, recordsOf } from '../wire/batch.ts';
import { type BatchBuilder, type BatchLimits, MAX_REQUEST_BYTES, type OnSealed } from '../wire/batchBuilder.ts';
import { Ledger, type Outgoing } from './ledger.ts';

/** Makes the open batch of a stream. */
export type MakeBuilder<T> = (limits: BatchLimits, onSealed: OnSealed) => BatchBuilder<T>;

/** What an {@link Outbox} is made of. */
export interface OutboxOptions<T> {
  readonly limits: BatchLimits;
  readonly maxInflightRecords: number;
  readonly maxInflightBytes: number;
  /** Whether a batch that is not full stays until {@link Outbox.release} lets it leave. */
  readonly lingers: boolean;
  readonly makeBuilder: MakeBuilder<T>;
}

const noLimits: BatchLimits = { maxBatchRecords: Number.POSITIVE_INFINITY, maxBatchBytes: Number.POSITIVE_INFINITY };

/**
 * All records that were accepted and are not durable: those in the open batch, and those in the ledger behind it.
 *
 * Plain synchronous state, without a clock: who uses it decides when the open batch may leave.
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

  /** The offset of the next submission: a record by itself, or a batch of the user's. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** How many records are not durable. */
  get recordCount(): number {
    return this.#ledger.recordCount + this.#builder.recordCount;
  }

  /** How many bytes they take in their wire form. */
  get byteCount(): number {
    return this.#ledger.byteCount + this.#builder.byteCount;
  }

  /** How many of these bytes wait for the connection. */
  get backlogBytes(): number {
    return this.#ledger.unsentByteCount + this.#builder.byteCount;
  }

  /** Whether it holds at least this share of what may be in flight. */
  reaches(share: number): boolean {
    const { maxInflightRecords, maxInflightBytes } = this.#options;
    return this.recordCount >= share * maxInflightRecords || this.byteCount >= share * maxInflightBytes;
  }

  /** Whether it holds more than this share of what may be in flight. */
  exceeds(share: number): boolean {
    const { maxInflightRecords, maxInflightBytes } = this.#options;
    return this.recordCount > share * maxInflightRecords || this.byteCount > share * maxInflightBytes;
  }

  /** How many batches of the current connection await their ack. */
  get sentCount(): number {
    return this.#ledger.sentCount;
  }

  /** The last of the user's offsets that is durable; -1 before the first. */
  get durableOffset(): number {
    return this.#ledger.durableOffset;
  }

  /** Whether everything that was accepted is durable. */
  get isIdle(): boolean {
    return this.#ledger.isEmpty && this.#builder.recordCount === 0;
  }

  /** Whether everything is durable and nothing will come any more. */
  get isFinished(): boolean {
    return this.#isClosed && this.isIdle;
  }

  /**
   * Accepts a record.
   *
   * @returns whether a batch became full by it
   * @throws ZerobusError `INVALID_RECORD` or `RECORD_TOO_LARGE`: the record is then not accepted
   */
  add(record: T): boolean {
    this.#hasSealed = false;
    this.#builder.add(record);
    this.#nextOffset++;
    return this.#hasSealed;
  }

  /** The open batch, where there is one, may leave although it is not full, as soon as the connection takes it. */
  release(): void {
    this.#isReleased = this.#builder.recordCount > 0;
  }

  /** Whether the open batch waits for nothing but the connection: releasing it once more would change nothing. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  /**
   * Accepts records as one batch of the user's: it has one offset, and is acknowledged and sent again as a whole.
   *
   * @param records at least one
   * @throws ZerobusError `INVALID_RECORD` or `RECORD_TOO_LARGE`, also where they are too large together: none is then
   * accepted
   */
  addBatch(records: readonly T[]): void {
    this.append(this.#sealTogether(records));
  }

  /** Takes over a batch as it is, behind all that was accepted. */
  append(batch: Batch): void {
    this.#builder.seal();
    // Its memory is somebody else's, who may still look at it when it is durable.
    this.#ledger.append({ ...batch, memory: undefined });
    this.#nextOffset += batch.offsetCount;
  }

  #sealTogether(records: readonly T[]): Batch {
    let sealed: Batch | undefined;
    const builder = this.#options.makeBuilder(noLimits, (batch) => {
      sealed = { ...batch, offsetCount: 1 };
    });
    for (const record of records) {
      builder.add(record);
    }
    builder.seal();
    if (sealed === undefined) {
      throw new RangeError('a batch has at least one record');
    }
    if (batchBytes(sealed) <= MAX_REQUEST_BYTES) {
      return sealed;
    }
    throw new ZerobusError(
      'RECORD_TOO_LARGE',
      `The batch takes ${batchBytes(sealed)} bytes, more than the ${MAX_REQUEST_BYTES} that one may take.`,
      { unacked: () => recordsOf(sealed as Batch) },
    );
  }

  /** Nothing will come any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** The next batch for this connection, or `undefined` where nothing may leave now. */
  takeNext(): Outgoing | undefined {
    const queued = this.#ledger.takeNext();
    const mayOpenBatchLeave = !this.#options.lingers || this.#isReleased || this.#isClosed;
    if (queued !== undefined || !mayOpenBatchLeave) {
      return queued;
    }
    this.#builder.seal();
    // Still open, since a record is just being added, which will want to leave too.
    if (this.#builder.recordCount > 0) {
      this.#isReleased = false;
    }
    return this.#ledger.takeNext();
  }

  /** Takes an ack; see {@link Ledger.acknowledge}. */
  acknowledge(physicalOffset: number): boolean {
    return this.#ledger.acknowledge(physicalOffset);
  }

  /** A new connection begins: everything that is not durable is queued again, in order. */
  rewind(): void {
    this.#ledger.rewind();
  }

  /** Every record that was accepted and is not durable, in order. */
  unacked(): RecordPayload[] {
    return this.unackedBatches().flatMap(recordsOf);
  }

  /** The same as the batches that they would be sent in. */
  unackedBatches(): Batch[] {
    this.#builder.seal();
    return this.#ledger.batches();
  }
}
