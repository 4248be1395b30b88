import type { Readable } from 'node:stream';

/** While the bodies of all requests have more bytes than this in memory, only the oldest request is read. */
export const MAX_BUFFERED_BYTES: number = 64 * 1024 * 1024;

/**
 * The memory that the bodies of all requests share. Requests beyond it are not read, so their clients wait. The oldest
 * request is always read: it ends, and makes room for the others.
 */
export class BodyBudget {
  /** The bytes of each request, oldest first. */
  readonly #requests = new Map<Readable, number>();
  #bytes = 0;

  /** Adds a request that is going to be read. */
  enter(request: Readable): void {
    this.#requests.set(request, 0);
    this.#pauseIfFull(request);
  }

  /** Counts bytes of the request that are in memory. */
  add(request: Readable, bytes: number): void {
    this.#bytes += bytes;
    this.#requests.set(request, (this.#requests.get(request) ?? 0) + bytes);
    this.#pauseIfFull(request);
  }

  /** Removes a request whose body is no longer needed. */
  leave(request: Readable): void {
    this.#bytes -= this.#requests.get(request) ?? 0;
    this.#requests.delete(request);
    for (const waiting of this.#requests.keys()) {
      waiting.resume();
      if (this.#isFull) {
        break;
      }
    }
  }

  get #isFull(): boolean {
    return this.#bytes > MAX_BUFFERED_BYTES;
  }

  #pauseIfFull(request: Readable): void {
    const [oldest] = this.#requests.keys();
    if (this.#isFull && request !== oldest) {
      request.pause();
    }
  }
}
