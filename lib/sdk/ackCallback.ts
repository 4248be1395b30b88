import type { ZerobusError } from '../errors/zerobusError.ts';
import type { RefusalLog } from './submissionRejections.ts';

/** Callbacks for the outcome of each submission, called once per offset and in order. */
export interface AckCallback {
  /** Called when the submission with this offset is durable. */
  onAck?(offset: number): void;
  /** Called if the submission with this offset was accepted and did not become durable, or was rejected. */
  onError?(offset: number, error: ZerobusError): void;
}

/** The number of calls after which the event loop gets a turn. */
const CALLS_PER_TURN = 1000;

/**
 * Calls an {@link AckCallback} outside the code that receives acks, so a slow or throwing callback does not block it.
 * An error it throws is rethrown in a turn of its own, as rxjs does for observers.
 */
export class AckCallbackQueue {
  readonly #callback: AckCallback;
  readonly #refusals: RefusalLog | undefined;
  #calledOffset = -1;
  #durableOffset = -1;
  #lastOffset = -1;
  #failure: ZerobusError | undefined;
  #isScheduled = false;

  /** @param refusals the submissions that were rejected. Defaults to none */
  constructor(callback: AckCallback, refusals?: RefusalLog) {
    this.#callback = callback;
    this.#refusals = refusals;
  }

  /** The last offset that was called with, -1 before the first. */
  get calledOffset(): number {
    return this.#calledOffset;
  }

  /** Everything up to this offset is durable, or was rejected. */
  onDurable(offset: number): void {
    this.#durableOffset = offset;
    this.#schedule();
  }

  /** Everything after the last durable offset, up to this one, will not become durable. */
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
      const offset = this.#calledOffset + 1;
      if (offset > this.#durableOffset && (this.#failure === undefined || offset > this.#lastOffset)) {
        return;
      }
      this.#calledOffset = offset;
      const error = this.#refusals?.errorAt(offset) ?? (offset > this.#durableOffset ? this.#failure : undefined);
      try {
        if (error === undefined) {
          this.#callback.onAck?.(offset);
        } else {
          this.#callback.onError?.(offset, error);
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
