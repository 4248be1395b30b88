import type { ZerobusError } from '../errors/zerobusError.ts';

interface Waiter {
  readonly offset: number;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: ZerobusError) => void;
}

/**
 * Where a finished prefix is cut off the queue: rarely enough that a waiter costs nothing, often enough to free them.
 */
const TRIM_AT = 1024;

/**
 * Who waits for which offset to become durable.
 *
 * Almost everybody waits for a later offset than those before, so it is a queue that is read from its front; who does
 * not, is put where he belongs.
 */
export class OffsetWaiters {
  #queue: (Waiter | undefined)[] = [];
  #head = 0;

  /** Calls one of the two once: `resolve` with the offset when it is durable, `reject` when it can't be. */
  add(offset: number, resolve: (offset: number) => void, reject: (error: ZerobusError) => void): void {
    const queue = this.#queue;
    let at = queue.length;
    while (at > this.#head && (queue[at - 1]?.offset ?? 0) > offset) {
      at--;
    }
    if (at === queue.length) {
      queue.push({ offset, resolve, reject });
    } else {
      queue.splice(at, 0, { offset, resolve, reject });
    }
  }

  /** Everything up to this offset is durable. */
  resolveUpTo(durableOffset: number): void {
    for (
      let waiter = this.#queue[this.#head];
      waiter !== undefined && waiter.offset <= durableOffset;
      waiter = this.#queue[this.#head]
    ) {
      this.#queue[this.#head++] = undefined;
      waiter.resolve(waiter.offset);
    }
    if (this.#head < TRIM_AT && this.#head < this.#queue.length) {
      return;
    }
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }

  /** Nothing more will become durable. */
  rejectAll(error: ZerobusError): void {
    const waiters = this.#queue.slice(this.#head);
    this.#queue = [];
    this.#head = 0;
    for (const waiter of waiters) {
      waiter?.reject(error);
    }
  }
}
