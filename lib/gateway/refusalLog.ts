import type { EventRefusal } from './waitingRequest.ts';

/** The number of refusals that are remembered, of all clients together. */
const MAX_REFUSALS = 10_000;

/** The latest refusals, for clients whose answer was lost: a repeat of the event is answered with the same. */
export class RefusalLog {
  readonly #refusals = new Map<string, EventRefusal>();

  /** Returns the refusal of an event, if it is remembered. */
  at(client: string, sequence: number): EventRefusal | undefined {
    return this.#refusals.get(`${client}/${sequence}`);
  }

  /** Remembers a refusal, and forgets the oldest if there are too many. */
  add(client: string, refusal: EventRefusal): void {
    const [oldest] = this.#refusals.keys();
    if (oldest !== undefined && this.#refusals.size >= MAX_REFUSALS) {
      this.#refusals.delete(oldest);
    }
    this.#refusals.set(`${client}/${refusal.sequence}`, refusal);
  }
}
