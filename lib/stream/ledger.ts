import { ZerobusError } from '../errors/zerobusError.ts';
import { type Batch, batchBytes } from '../wire/batch.ts';
import { Queue } from './queue.ts';

/** A batch on its way out, with the offset it has on the current connection. */
export interface Outgoing {
  readonly batch: Batch;
  /** 0, 1, 2 … on each connection: what the service counts. */
  readonly physicalOffset: number;
}

/**
 * The book of what is not durable yet: every sealed batch is queued, or sent and awaiting its ack, in the order it was
 * accepted; what is acknowledged leaves. Nothing else can happen to it.
 *
 * Offsets of a connection are a count of what was sent on it, so none is stored: the oldest batch always has the offset
 * after the last acknowledged one.
 */
export class Ledger {
  /** How many records are in it. */
  recordCount = 0;
  /** How many bytes their wire form takes. */
  byteCount = 0;
  /** How many of these bytes this connection has not sent. */
  unsentByteCount = 0;
  /** The last of the user's offsets that is durable; -1 before the first. */
  durableOffset = -1;
  readonly #onDurable: (batch: Batch) => void;
  readonly #batches = new Queue<Batch>();
  #sentCount = 0;
  #acknowledgedPhysicalOffset = -1;

  /** @param onDurable told of each batch that leaves */
  constructor(onDurable: (batch: Batch) => void) {
    this.#onDurable = onDurable;
  }

  /** How many batches were sent on this connection and are not acknowledged. */
  get sentCount(): number {
    return this.#sentCount;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Takes over a sealed batch, behind all others. */
  append(batch: Batch): void {
    this.#batches.push(batch);
    this.recordCount += batch.recordCount;
    this.byteCount += batchBytes(batch);
    this.unsentByteCount += batchBytes(batch);
  }

  /**
   * The oldest batch that this connection has not sent, which from now on counts as sent; `undefined` where all are.
   */
  takeNext(): Outgoing | undefined {
    const batch = this.#batches.at(this.#sentCount);
    if (batch === undefined) {
      return undefined;
    }
    this.#sentCount++;
    this.unsentByteCount -= batchBytes(batch);
    return { batch, physicalOffset: this.#acknowledgedPhysicalOffset + this.#sentCount };
  }

  /**
   * Takes an ack: everything sent up to this offset of the connection is durable. Late and repeated acks change
   * nothing.
   *
   * @returns whether anything became durable by it
   * @throws ZerobusError `PROTOCOL_ERROR` for an offset that is negative or was never sent, before anything is
   * completed
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
    for (; this.#acknowledgedPhysicalOffset < physicalOffset; this.#acknowledgedPhysicalOffset++) {
      const batch = this.#batches.shift() as Batch;
      this.#sentCount--;
      this.recordCount -= batch.recordCount;
      this.byteCount -= batchBytes(batch);
      this.durableOffset += batch.offsetCount;
      this.#onDurable(batch);
    }
    return true;
  }

  /** A new connection begins: all that is here is queued again, in order, and its offsets start at 0. */
  rewind(): void {
    this.#sentCount = 0;
    this.unsentByteCount = this.byteCount;
    this.#acknowledgedPhysicalOffset = -1;
  }

  /** What is not durable, in order. */
  batches(): Batch[] {
    return this.#batches.toArray();
  }
}
