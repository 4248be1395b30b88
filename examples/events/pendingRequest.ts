import { NotDurable } from './notDurable.ts';

/** What a request is answered once all of its events are durable. */
export interface Durable {
  /** The number of events of the request. */
  readonly durable: number;
  /** The number of the last of them among all events that this process has taken, from 0 on. */
  readonly offset: number;
}

/** A request whose events are in flight. It is answered once, when none of them is left. */
export class PendingRequest {
  readonly #count: number;
  readonly #offset: number;
  readonly #resolve: (durable: Durable) => void;
  readonly #reject: (reason: NotDurable) => void;
  #left: number;
  #rejections: string[] = [];

  constructor(
    count: number,
    offset: number,
    resolve: (durable: Durable) => void,
    reject: (reason: NotDurable) => void,
  ) {
    this.#count = count;
    this.#left = count;
    this.#offset = offset;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** The number of its events that are in flight. */
  get left(): number {
    return this.#left;
  }

  /**
   * Counts an event as durable, or as rejected if there is a reason.
   *
   * @returns whether the request is answered
   */
  settle(rejection?: string): boolean {
    this.#left--;
    if (rejection !== undefined) {
      this.#rejections.push(rejection);
    }
    if (this.#left > 0) {
      return false;
    }
    if (this.#rejections.length === 0) {
      this.#resolve({ durable: this.#count, offset: this.#offset });
    } else {
      const durable = this.#count - this.#rejections.length;
      const reasons = this.#rejections.join(' ');
      this.#reject(new NotDurable('BAD_EVENTS', `${durable} of ${this.#count} events are durable. ${reasons}`));
    }
    return true;
  }

  /** Answers that nothing is known of the events that are left. */
  fail(reason: NotDurable): void {
    this.#reject(reason);
  }
}
