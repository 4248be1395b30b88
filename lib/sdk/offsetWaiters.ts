import { Queue } from '../stream/queue.ts';
import type { RefusalLog } from './submissionRejections.ts';

interface Waiter {
  readonly offset: number;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The callers that wait for an offset to become durable, ordered by offset.
 *
 * Offsets nearly always arrive in ascending order, so this is a queue that is read from its front. A waiter for an
 * earlier offset is inserted in place.
 */
export class OffsetWaiters {
  readonly #queue: Queue<Waiter> = new Queue();
  readonly #refusals: RefusalLog | undefined;

  /** @param refusals the submissions that were rejected. Defaults to none */
  constructor(refusals?: RefusalLog) {
    this.#refusals = refusals;
  }

  /** Adds a waiter. Calls `resolve` with the offset when it is durable, or `reject` if it can no longer become so. */
  add(offset: number, resolve: (offset: number) => void, reject: (error: unknown) => void): void {
    let index = this.#queue.length;
    while (index > 0 && (this.#queue.at(index - 1)?.offset ?? 0) > offset) {
      index--;
    }
    this.#queue.insert(index, { offset, resolve, reject });
  }

  /** Resolves every waiter up to an offset, earliest offset first. Rejects those whose submission was rejected. */
  resolveUpTo(durableOffset: number): void {
    for (
      let waiter = this.#queue.at(0);
      waiter !== undefined && waiter.offset <= durableOffset;
      waiter = this.#queue.at(0)
    ) {
      this.#queue.shift();
      const refusal = this.#refusals?.errorAt(waiter.offset);
      if (refusal === undefined) {
        waiter.resolve(waiter.offset);
      } else {
        waiter.reject(refusal);
      }
    }
  }

  /** Rejects every waiter: with this error, or because its submission was rejected. */
  rejectAll(error: unknown): void {
    for (const { offset, reject } of this.#queue.clear()) {
      reject(this.#refusals?.errorAt(offset) ?? error);
    }
  }
}
