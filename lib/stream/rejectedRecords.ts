import type { OffsetRange, RecordPayload } from '../errors/zerobusError.ts';
import { type Batch, batchBytes, recordsOf } from '../wire/batch.ts';
import { Holds } from './holds.ts';
import { indexOfOffset } from './indexOfOffset.ts';

/** What a rejected record would have been sent as, or the batch that it was sent in alone. */
type Held = readonly RecordPayload[] | Batch;

/** A record that is not durable, with its offset. */
export interface PlacedPayload {
  readonly offset: number;
  readonly payload: RecordPayload;
}

/** The rejected records of a stream, by their offsets: those that hold the watermark, and those that were taken in. */
export class RejectedRecords {
  readonly #holds = new Holds<Held>();
  /** Those that were taken in before the watermark has passed them, in ascending order. */
  readonly #settled: number[] = [];
  #byteCount = 0;

  /** The number of records that hold the watermark. */
  get heldCount(): number {
    return this.#holds.count;
  }

  /** The lowest offset that the watermark must not reach, or `undefined` if there is none. */
  get lowestHeld(): number | undefined {
    return this.#holds.lowest;
  }

  /** The number of bytes that the held records take. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** Holds the watermark below a record. */
  hold(offset: number, held: Held): void {
    this.#holds.hold(offset, held);
    this.#byteCount += bytesOf(held);
  }

  /**
   * Lets the watermark pass a record that is held.
   *
   * @param durableOffset the offset up to which nothing is asked for any more
   */
  settle(offset: number, durableOffset: number): void {
    this.#byteCount -= bytesOf(this.#holds.release(offset));
    this.#settled.splice(0, indexOfOffset(this.#settled, durableOffset + 1));
    this.#settled.splice(indexOfOffset(this.#settled, offset), 0, offset);
  }

  /** Returns the offsets within a range, in order, whether or not the records were taken in. */
  offsetsIn(range: OffsetRange): readonly number[] {
    const { first, last } = range;
    const settled = this.#settled.slice(indexOfOffset(this.#settled, first), indexOfOffset(this.#settled, last + 1));
    const held = this.#holds.offsetsIn(range);
    return settled.length === 0 ? held : [...held, ...settled].sort((a, b) => a - b);
  }

  /** Returns the held records, in order. */
  heldPayloads(): PlacedPayload[] {
    return this.#holds
      .entries()
      .flatMap(([offset, held]) => ('buffer' in held ? recordsOf(held) : held).map((payload) => ({ offset, payload })));
  }

  /** Returns those of the held records that were sent. */
  heldBatches(): Batch[] {
    return this.#holds.entries().flatMap(([, held]) => ('buffer' in held ? [held] : []));
  }
}

function bytesOf(held: Held): number {
  return 'buffer' in held ? batchBytes(held) : held.reduce((sum, payload) => sum + Buffer.byteLength(payload), 0);
}

/** Compares records by their offsets. */
export function byOffset(a: PlacedPayload, b: PlacedPayload): number {
  return a.offset - b.offset;
}
