/** After how many calls the event loop gets its turn. */
const CALLS_PER_TURN = 512;

/**
 * Lets a loop that awaits each of its calls run at full speed and yet give the event loop its turn: promises that are
 * resolved already never leave the queue of microtasks, and the socket would starve.
 */
export class TurnTaker {
  #callsInTurn = 0;
  #waiting: (() => void)[] | undefined;

  /** Goes on at once, or in the next turn of the event loop where there were many calls in this one. */
  take(goOn: () => void): void {
    if (++this.#callsInTurn < CALLS_PER_TURN) {
      goOn();
      return;
    }
    if (this.#waiting !== undefined) {
      this.#waiting.push(goOn);
      return;
    }
    this.#waiting = [goOn];
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
