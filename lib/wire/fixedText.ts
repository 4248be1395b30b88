import type { Scratch } from './scratch.ts';

/**
 * Text that is written many times. It is copied four bytes at a time, so up to three bytes behind its end are
 * overwritten.
 */
export class FixedText {
  readonly #words: Int32Array;
  readonly #length: number;

  constructor(text: string) {
    const bytes = new TextEncoder().encode(text);
    const words = new Int32Array(Math.ceil(bytes.length / 4));
    const padded = new Uint8Array(words.buffer);
    padded.set(bytes);
    const view = new DataView(words.buffer);
    this.#words = words.map((_, index) => view.getInt32(4 * index, true));
    this.#length = bytes.length;
  }

  /** @returns the position behind the text */
  write(scratch: Scratch, position: number): number {
    const words = this.#words;
    scratch.reserve(4 * words.length, position);
    const { view } = scratch;
    let at = position;
    for (let index = 0; index < words.length; index++, at += 4) {
      view.setInt32(at, words[index] as number, true);
    }
    return position + this.#length;
  }
}
