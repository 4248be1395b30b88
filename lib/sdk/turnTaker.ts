/** The number of calls after which the event loop gets a turn. */
const CALLS_PER_TURN = 512;

/**
 * Keeps a loop that awaits each of its calls from starving the socket.
 *
 * Awaiting a resolved promise never leaves the microtask queue, so such a loop would block the event loop. Most calls
 * continue at once, and every 512th waits for the next turn.
 */
export class TurnTaker {
  #callsInTurn = 0;
  #waiting: (() => void)[] | undefined;

  /** Calls `resolve` with the value: at once, or in the next turn of the event loop after many calls in this one. */
  take<T>(resolve: (value: T) => void, value: T): void {
    if (++this.#callsInTurn < CALLS_PER_TURN) {
      resolve(value);
      return;
    }
    if (this.#waiting !== undefined) {
      this.#waiting.push(() => resolve(value));
      return;
    }
    this.#waiting = [() => resolve(value)];
    setImmediate(() => {
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      this.#callsInTurn = 0;
      for (const next of waiting) {
        next();
      }
    });
  }
}
