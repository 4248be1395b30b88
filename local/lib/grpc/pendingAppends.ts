import type { Readable } from 'node:stream';

/** A stream is not read while more bytes than this wait for the disk. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

/** Counts the appends of one stream that wait for the disk. While they hold too many bytes, the stream is paused. */
export class PendingAppends {
  readonly #source: Readable;
  #requests = 0;
  #bytes = 0;

  constructor(source: Readable) {
    this.#source = source;
  }

  /** Whether no append is pending. */
  get isEmpty(): boolean {
    return this.#requests === 0;
  }

  /** Counts an append that the storage has to answer. */
  add(byteLength: number): void {
    this.#requests++;
    this.#bytes += byteLength;
    if (this.#bytes > MAX_PENDING_BYTES) {
      this.#source.pause();
    }
  }

  /** Counts an append that the storage has answered. */
  settle(byteLength: number): void {
    this.#requests--;
    this.#bytes -= byteLength;
  }

  /** Resumes a paused stream if at most half of the limit is pending. */
  resume(): void {
    if (this.#source.isPaused() && this.#bytes <= MAX_PENDING_BYTES / 2) {
      this.#source.resume();
    }
  }
}
