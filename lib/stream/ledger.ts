import { type OffsetRange, ZerobusError } from '../errors/zerobusError.ts';
import { type Batch, batchBytes } from '../wire/batch.ts';
import { splitBatch } from '../wire/splitBatch.ts';
import type { BatchObserver } from './batchObserver.ts';
import { Isolation } from './isolation.ts';
import type { Excess } from './overflow.ts';
import { Queue } from './queue.ts';

/** A batch to send, with its offset on the current connection. */
export interface Outgoing {
  readonly batch: Batch;
  /** 0, 1, 2 … on each connection, as the service counts. */
  readonly physicalOffset: number;
}

/**
 * All batches that are not durable, in the order they were accepted.
 *
 * A sealed batch is first queued, then sent and in flight. It leaves the ledger when it is acknowledged, and only then.
 *
 * The offsets of a connection count what was sent on it, so they are not stored: the offset of the oldest batch always
 * follows the last acknowledged offset.
 */
export class Ledger {
  readonly #onLeft: (batch: Batch) => void;
  readonly #observer: BatchObserver | undefined;
  readonly #batches = new Queue<Batch>();
  readonly #isolation = new Isolation();
  #recordCount = 0;
  #byteCount = 0;
  #unsentByteCount = 0;
  #durableOffset = -1;
  #sentCount = 0;
  /** The batches from the front that were sent on an earlier connection. */
  #replayCount = 0;
  #acknowledgedPhysicalOffset = -1;

  /**
   * @param onLeft called with each batch that leaves
   * @param observer called about each batch. Defaults to none
   */
  constructor(onLeft: (batch: Batch) => void, observer?: BatchObserver) {
    this.#onLeft = onLeft;
    this.#observer = observer;
  }

  /** The number of records in the ledger. */
  get recordCount(): number {
    return this.#recordCount;
  }

  /** The number of bytes these records take in their wire form. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** The number of these bytes that were not sent on the current connection. */
  get unsentByteCount(): number {
    return this.#unsentByteCount;
  }

  /** The last of the user's offsets up to which nothing is in the ledger, -1 before the first. */
  get durableOffset(): number {
    return this.#durableOffset;
  }

  /** The number of batches that were sent on the current connection and are not acknowledged. */
  get sentCount(): number {
    return this.#sentCount;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Whether batches are held back until those in flight are durable, to find one that the service refuses. */
  get isHeldBack(): boolean {
    return this.#sentCount >= this.#isolation.window;
  }

  /** The offsets of the batches in flight. The last one may be that of an offset without a record. */
  get sentOffsets(): { readonly first: number; readonly last: number } {
    return { first: this.#durableOffset + 1, last: this.#offsetAt(this.#sentCount) - 1 };
  }

  /** The offset of the oldest batch that no connection has sent, or `undefined` if there is none. */
  get oldestUnsentOffset(): number | undefined {
    return this.#unsentIndex < this.#batches.length ? this.#offsetAt(this.#unsentIndex) : undefined;
  }

  /** The index of the oldest batch that no connection has sent. */
  get #unsentIndex(): number {
    return Math.max(this.#sentCount, this.#replayCount);
  }

  #offsetAt(index: number): number {
    let offset = this.#durableOffset + 1;
    for (let before = 0; before < index; before++) {
      offset += this.#batches.at(before)?.offsetCount ?? 0;
    }
    return offset;
  }

  /** Appends a sealed batch. */
  append(batch: Batch): void {
    this.#batches.push(batch);
    this.#recordCount += batch.recordCount;
    this.#byteCount += batchBytes(batch);
    this.#unsentByteCount += batchBytes(batch);
    this.#observer?.onSealed(batch);
  }

  /**
   * Returns the oldest batch that was not sent on the current connection and marks it as sent, or returns `undefined`
   * if all batches were sent or if they are held back.
   */
  takeNext(): Outgoing | undefined {
    const batch = this.#batches.at(this.#sentCount);
    if (batch === undefined || this.isHeldBack) {
      return undefined;
    }
    this.#sentCount++;
    this.#unsentByteCount -= batchBytes(batch);
    this.#observer?.onSent(batch);
    return { batch, physicalOffset: this.#acknowledgedPhysicalOffset + this.#sentCount };
  }

  /**
   * Processes an ack: everything sent up to this offset of the connection is durable. Late and repeated acks have no
   * effect.
   *
   * @returns whether anything became durable
   * @throws {@link ZerobusError} `PROTOCOL_ERROR` if the offset is negative or was never sent; the ledger is then
   * unchanged
   */
  acknowledge(physicalOffset: number): boolean {
    const highestSent = this.#acknowledgedPhysicalOffset + this.#sentCount;
    if (!Number.isSafeInteger(physicalOffset) || physicalOffset < 0 || physicalOffset > highestSent) {
      throw new ZerobusError(
        'PROTOCOL_ERROR',
        `The service acknowledged offset ${physicalOffset}, but ${highestSent < 0 ? 'nothing was' : `0 to ${highestSent} were`} sent on this connection.`,
      );
    }
    if (physicalOffset <= this.#acknowledgedPhysicalOffset) {
      return false;
    }
    const durableCount = physicalOffset - this.#acknowledgedPhysicalOffset;
    while (this.#acknowledgedPhysicalOffset < physicalOffset) {
      this.#acknowledgedPhysicalOffset++;
      this.#sentCount--;
      const batch = this.#removeOldest();
      this.#observer?.onDurable(batch);
      this.#onLeft(batch);
    }
    this.#isolation.onDurable(durableCount, this.#sentCount);
    return true;
  }

  /** Gives the next offset to nothing. It passes with the newest batch, or at once if there is none. */
  skip(): void {
    this.#passWith(this.#batches.length - 1, 1);
  }

  /**
   * Processes a refusal: the service takes one of the batches in flight for wrong, and has ended the connection. The
   * next connection sends fewer batches, until one of a single record is refused alone.
   *
   * @returns that batch, which has left the ledger, or `undefined` if it is not found yet
   */
  refuse(): Batch | undefined {
    if (!this.#isolation.onRefusal(this.#sentCount)) {
      return undefined;
    }
    const batch = this.#batches.at(0) as Batch;
    if (batch.recordCount > 1 && batch.isWhole !== true) {
      const parts = splitBatch(batch, batch.recordCount >>> 1);
      this.#batches.replaceFirst(parts);
      this.#sentCount = 0;
      // Both halves were sent.
      this.#replayCount = Math.max(this.#replayCount, 1) + 1;
      this.#isolation.onSplit();
      this.#observer?.onSplit(batch, parts);
      return undefined;
    }
    this.#sentCount = 0;
    this.#isolation.onRejected();
    this.#removeOldest();
    this.#observer?.onRejected(batch);
    return batch;
  }

  /**
   * Drops the oldest batch that no connection has sent, or the front of it. Its offsets pass with the batch in front of
   * it, or at once if there is none.
   *
   * A batch is split only if an eighth of it is enough, since splitting copies the rest.
   *
   * @param excess what must leave
   * @returns the offsets, or `undefined` if everything was sent
   */
  dropOldest(excess: Excess): OffsetRange | undefined {
    const index = this.#unsentIndex;
    const batch = this.#batches.at(index);
    if (batch === undefined) {
      return undefined;
    }
    const first = this.#offsetAt(index);
    const count = Math.max(
      excess.records,
      Math.ceil((batch.recordCount * excess.bytes) / batchBytes(batch)),
      Math.ceil(batch.recordCount / 8),
    );
    const isSplit = count < batch.recordCount && batch.isWhole !== true;
    const [dropped, rest] = isSplit ? splitBatch(batch, count) : [batch, undefined];
    if (rest === undefined) {
      this.#batches.remove(index);
    } else {
      this.#batches.replace(index, rest);
    }
    this.#recordCount -= dropped.recordCount;
    this.#byteCount -= batchBytes(dropped);
    this.#unsentByteCount -= batchBytes(dropped);
    this.#passWith(index - 1, dropped.offsetCount);
    this.#observer?.onDropped(batch, rest);
    if (rest === undefined) {
      this.#onLeft(batch);
    }
    return { first, last: first + dropped.offsetCount - 1 };
  }

  /** Gives offsets without a record to a batch, or lets them pass if there is none. */
  #passWith(index: number, offsetCount: number): void {
    const batch = this.#batches.at(index);
    if (index < 0 || batch === undefined) {
      this.#durableOffset += offsetCount;
    } else {
      const longer = { ...batch, offsetCount: batch.offsetCount + offsetCount };
      this.#batches.replace(index, longer);
      this.#observer?.onReplaced(batch, longer);
    }
  }

  #removeOldest(): Batch {
    const batch = this.#batches.shift() as Batch;
    this.#replayCount = Math.max(0, this.#replayCount - 1);
    this.#recordCount -= batch.recordCount;
    this.#byteCount -= batchBytes(batch);
    this.#durableOffset += batch.offsetCount;
    return batch;
  }

  /** Starts a new connection. Every batch is queued again, in order, and offsets start at 0. */
  rewind(): void {
    this.#replayCount = Math.max(this.#replayCount, this.#sentCount);
    this.#sentCount = 0;
    this.#unsentByteCount = this.#byteCount;
    this.#acknowledgedPhysicalOffset = -1;
  }

  /** Returns the size of what an earlier connection has sent and is not durable. */
  replay(): { readonly records: number; readonly batches: number } {
    let records = 0;
    for (let index = 0; index < this.#replayCount; index++) {
      records += this.#batches.at(index)?.recordCount ?? 0;
    }
    return { records, batches: this.#replayCount };
  }

  /** Returns the batches that are not durable, in order. */
  batches(): Batch[] {
    return this.#batches.toArray();
  }
}
