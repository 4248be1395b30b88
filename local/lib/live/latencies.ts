/** Buckets for each doubling of a latency. A bucket's middle differs from its ends by at most 4.5 %. */
const BUCKETS_PER_DOUBLING = 8;
/** Latencies below are counted as this one, in ms. */
const LEAST_MS = 0.001;
/** From the least latency, 35 doublings are more than nine hours. Longer ones are counted as that. */
const BUCKETS = 35 * BUCKETS_PER_DOUBLING;

/** Counts latencies in buckets that grow with them, so that percentiles need no list. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;

  /** Counts a latency in ms. */
  add(latencyMs: number): void {
    const bucket = Math.floor(Math.log2(Math.max(latencyMs, LEAST_MS) / LEAST_MS) * BUCKETS_PER_DOUBLING);
    const index = Math.min(bucket, BUCKETS - 1);
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#count++;
  }

  /**
   * The latency that a part of all does not exceed, in ms.
   *
   * @param part such as 0.99
   * @returns null if there are no latencies
   */
  percentile(part: number): number | null {
    let left = Math.ceil(this.#count * part);
    if (left === 0) {
      return null;
    }
    const index = this.#counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    const middleMs = LEAST_MS * 2 ** ((index + 0.5) / BUCKETS_PER_DOUBLING);
    return Number(middleMs.toPrecision(4));
  }

  /** Begins again without any. */
  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
  }
}
