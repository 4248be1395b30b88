import type { Reader } from '../../inputs/reader.ts';

/** Reads bytes behind the first ones, which are dropped. */
export class SkippedBytes implements Reader<Buffer> {
  readonly #chunks: Reader<Buffer>;
  #left: number;

  /** @param count the number of bytes to drop */
  constructor(chunks: Reader<Buffer>, count: number) {
    this.#chunks = chunks;
    this.#left = count;
  }

  next(): IteratorResult<Buffer> | undefined {
    return this.#left === 0 ? this.#chunks.next() : undefined;
  }

  async wait(): Promise<IteratorResult<Buffer>> {
    for (;;) {
      const result = this.#chunks.next() ?? (await this.#chunks.wait());
      if (result.done === true || result.value.length > this.#left) {
        const skipped = this.#left;
        this.#left = 0;
        return result.done === true ? result : { done: false, value: result.value.subarray(skipped) };
      }
      this.#left -= result.value.length;
    }
  }

  close(): void {
    this.#chunks.close();
  }
}
