import type { ZerobusError } from '../errors/zerobusError.ts';

/** Told of every offset, one call each, in order: a record by itself has one, a batch has one. */
export interface AckCallback {
  /** The submission with this offset is durable. */
  onAck?(offset: number): void;
  /** The submission with this offset was accepted and did not become durable. */
  onError?(offset: number, error: ZerobusError): void;
}

/** How many calls are made before the event loop gets its turn. */
const CALLS_PER_TURN = 1000;

/**
 * Makes the calls of an {@link AckCallback} away from where acks are received: what a callback does, or throws, holds
 * nothing up. What it throws is thrown again in a turn of its own, as rxjs does with observers.
 */
export class AckCallbackQueue {
  readonly #callback: AckCallback;
  #toldOffset = -1;
  #durableOffset = -1;
  #lastOffset = -1;
  #failure: ZerobusError | undefined;
  #isScheduled = false;

  constructor(callback: AckCallback) {
    this.#callback = callback;
  }

  /** Everything up to this offset is durable. */
  onDurable(offset: number): void {
    this.#durableOffset = offset;
    this.#schedule();
  }

  /** What lies between the last durable offset and this one will not become durable. */
  onFailure(lastOffset: number, error: ZerobusError): void {
    this.#lastOffset = lastOffset;
    this.#failure = error;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) {
      return;
    }
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#callSome();
    });
  }

  #callSome(): void {
    for (let count = 0; count < CALLS_PER_TURN; count++) {
      const offset = this.#toldOffset + 1;
      if (offset > this.#durableOffset && (this.#failure === undefined || offset > this.#lastOffset)) {
        return;
      }
      this.#toldOffset = offset;
      try {
        if (offset <= this.#durableOffset) {
          this.#callback.onAck?.(offset);
        } else if (this.#failure !== undefined) {
          this.#callback.onError?.(offset, this.#failure);
        }
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
    this.#schedule();
  }
}
