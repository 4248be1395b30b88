import { SparseRing } from './sparseRing.ts';
import { ValueRing } from './valueRing.ts';

/** The offsets of a stream. */
type Offsets = ValueRing<number> | SparseRing<number>;

/**
 * The watermark of several streams that share the offsets of one source: the highest offset below which everything is
 * durable.
 *
 * Each stream counts its own offsets. For those that are not durable, the offsets of the source are kept, as numbers in
 * ascending order. So the watermark is just below the lowest of the oldest ones.
 */
export class MergedWatermark {
  readonly #streams: readonly Offsets[];
  #nextOffset = 0;

  /**
   * @param streams the number of streams
   * @param mayDrop whether {@link drop} is called
   */
  constructor(streams: number, mayDrop: boolean) {
    this.#streams = Array.from({ length: streams }, () =>
      mayDrop ? new SparseRing<number>() : new ValueRing<number>(),
    );
  }

  /** The next offset of the source. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** The watermark, -1 before the first. */
  get offset(): number {
    let lowest = this.#nextOffset;
    for (const offsets of this.#streams) {
      const oldest = offsets.oldest;
      if (oldest !== undefined && oldest < lowest) {
        lowest = oldest;
      }
    }
    return lowest - 1;
  }

  /** Gives the next offset of the source to the next offset of a stream. */
  push(stream: number): void {
    this.#offsetsOf(stream).push(this.#nextOffset++);
  }

  /**
   * Takes back offsets that a stream has not used after all.
   *
   * @param nextOffset the next offset of the stream
   */
  takeBack(stream: number, nextOffset: number): void {
    const offsets = this.#offsetsOf(stream);
    while (offsets.count > nextOffset) {
      offsets.pop();
      this.#nextOffset--;
    }
  }

  /** Gives the next offset of the source to no stream. */
  skip(): void {
    this.#nextOffset++;
  }

  /** A stream has dropped these of its offsets, so the watermark may pass them. */
  drop(stream: number, first: number, last: number): void {
    const offsets = this.#offsetsOf(stream);
    if (offsets instanceof SparseRing) {
      offsets.drop(first, last);
    }
  }

  /** Everything of a stream up to this one of its offsets is durable. */
  pass(stream: number, offset: number): void {
    this.#offsetsOf(stream).take(offset, () => true);
  }

  /** Returns the offset in the source of an offset of a stream that is not durable. */
  sourceOffset(stream: number, offset: number): number {
    return this.#offsetsOf(stream).at(offset);
  }

  #offsetsOf(stream: number): Offsets {
    return this.#streams[stream] as Offsets;
  }
}
