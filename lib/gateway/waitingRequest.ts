import type { ZerobusErrorCode } from '../errors/zerobusError.ts';

/** An event that has no row and never will, as the answer says it. */
export interface EventRefusal {
  readonly sequence: number;
  readonly code: ZerobusErrorCode;
  readonly message: string;
}

/** A request that waits until its events are durable or refused. */
export class WaitingRequest {
  readonly refused: EventRefusal[] = [];
  /** Resolves when all events are durable or refused. Rejects if that cannot come about any more. */
  readonly done: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #pendingCount = 0;
  #isSealed = false;
  #isOver = false;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // It may fail when nothing waits for it any more.
    this.done.catch(() => {});
  }

  /** Whether nothing waits for it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** One of its events is in flight. */
  await(): void {
    this.#pendingCount++;
  }

  /** One of its events is durable or refused. */
  settle(refusal?: EventRefusal): void {
    if (refusal !== undefined) {
      this.refused.push(refusal);
    }
    this.#pendingCount--;
    this.#check();
  }

  /** All of its events have been looked at. */
  seal(): void {
    this.#isSealed = true;
    this.#check();
  }

  /** Nothing waits for it any more. */
  giveUp(): void {
    this.#isOver = true;
  }

  /** Its events cannot become durable any more. */
  fail(error: unknown): void {
    this.#reject(error);
  }

  #check(): void {
    if (this.#isSealed && this.#pendingCount === 0) {
      this.#resolve();
    }
  }
}
