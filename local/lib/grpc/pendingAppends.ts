import type { Readable } from 'node:stream';

/** The client of a stream is not read from while more bytes than this wait for the disk. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

/**
 * The appends of one stream that wait for the disk. Pauses the source of the requests while they hold too many bytes.
 */
export class PendingAppends {
  readonly #source: Readable;
  #requests = 0;
  #bytes = 0;

  constructor(source: Readable) {
    this.#source = source;
  }

  /** Whether no append waits. */
  get isEmpty(): boolean {
    return this.#requests === 0;
  }

  /** Counts an append that was handed to the storage. */
  add(byteLength: number): void {
    this.#requests++;
    this.#bytes += byteLength;
    if (this.#bytes > MAX_PENDING_BYTES) {
      this.#source.pause();
    }
  }

  /** Counts an append as answered by the storage. */
  settle(byteLength: number): void {
    this.#requests--;
    this.#bytes -= byteLength;
  }

  /** Reads on when half of the room is free. */
  resume(): void {
    if (this.#source.isPaused() && this.#bytes <= MAX_PENDING_BYTES / 2) {
      this.#source.resume();
    }
  }
}
