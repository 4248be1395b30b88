import { TestScheduler } from 'rxjs/testing';

/** Something that the world does later, such as the delivery of an ack. */
interface Happening {
  readonly at: number;
  readonly order: number;
  act: (() => void) | undefined;
}

/**
 * Virtual time for a run. The timers of the client are those of rxjs within `TestScheduler.run`. What the world does is
 * kept apart, so that the timers of the client can be counted.
 */
export class SimulatedClock extends TestScheduler {
  /** The next happenings, a heap. */
  readonly #happenings: Happening[] = [];
  readonly #coin: () => number;
  readonly #afterStep: () => boolean;
  #order = 0;
  #oldIndex = 0;

  /**
   * @param coin returns a number from 0 up to 1: what comes first of what happens at the same time
   * @param afterStep called after each step. Returns whether the run goes on
   */
  constructor(coin: () => number, afterStep: () => boolean) {
    super(() => {});
    this.#coin = coin;
    this.#afterStep = afterStep;
  }

  /** Whether nothing is left to happen. */
  get isIdle(): boolean {
    return this.actions.length === 0 && this.#next() === undefined;
  }

  /** The number of steps so far. */
  steps: number = 0;

  /** Does something later. Returns a function that cancels it. */
  later(delayMs: number, act: () => void): () => void {
    const happening: Happening = { at: this.frame + delayMs, order: this.#order++, act };
    this.#push(happening);
    return () => {
      happening.act = undefined;
    };
  }

  /** Runs everything, step by step. */
  override flush(): void {
    while (this.#afterStep() && this.#step()) {
      // Each step is checked.
    }
  }

  /**
   * Runs what the client has left, without checks, so that nothing of it is left in the schedulers of rxjs.
   *
   * @returns the number of timers that were left
   */
  drain(): number {
    let left = 0;
    for (let count = 0; count < 1000 && this.actions.length > 0; count++) {
      left += this.#runTimer() ? 1 : 0;
    }
    return left;
  }

  #step(): boolean {
    const happening = this.#next();
    const timer = this.actions[0];
    if (happening === undefined && timer === undefined) {
      return false;
    }
    this.steps++;
    if (happening === undefined || (timer !== undefined && this.#isTimerFirst(timer.delay, happening.at))) {
      this.#runTimer();
      return true;
    }
    this.#pop();
    this.#moveTo(happening.at);
    const { act } = happening;
    happening.act = undefined;
    act?.();
    return true;
  }

  #isTimerFirst(timerAt: number, happeningAt: number): boolean {
    if (timerAt !== happeningAt) {
      return timerAt < happeningAt;
    }
    // The end of a turn comes before anything of the network. Other timers are in no order with it.
    const { index = 0 } = this.actions[0] as { readonly index?: number };
    return (timerAt === this.frame && index > this.#oldIndex) || this.#coin() < 0.5;
  }

  /** Returns whether there was a timer. */
  #runTimer(): boolean {
    const action = this.actions.shift();
    if (action === undefined) {
      return false;
    }
    this.#moveTo(action.delay);
    const error: unknown = action.execute(action.state, action.delay);
    if (isNothingDue(error)) {
      return false;
    }
    if (error !== undefined && error !== null) {
      throw error;
    }
    return true;
  }

  #moveTo(frame: number): void {
    if (frame !== this.frame) {
      this.frame = frame;
      this.#oldIndex = this.index;
    }
  }

  #next(): Happening | undefined {
    for (;;) {
      const first = this.#happenings[0];
      if (first === undefined || first.act !== undefined) {
        return first;
      }
      this.#pop();
    }
  }

  #push(happening: Happening): void {
    const heap = this.#happenings;
    let at = heap.push(happening) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(happening, heap[parent] as Happening)) {
        break;
      }
      heap[at] = heap[parent] as Happening;
      at = parent;
    }
    heap[at] = happening;
  }

  #pop(): void {
    const heap = this.#happenings;
    const last = heap.pop() as Happening;
    if (heap.length === 0) {
      return;
    }
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) {
        break;
      }
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Happening, heap[child] as Happening)) {
        child++;
      }
      if (!isBefore(heap[child] as Happening, last)) {
        break;
      }
      heap[at] = heap[child] as Happening;
      at = child;
    }
    heap[at] = last;
  }
}

/**
 * Whether a `TestScheduler` has run a timer in the turn of another one that was cleared by it. It takes the first that
 * is due, not the one whose turn it is.
 */
function isNothingDue(error: unknown): boolean {
  return error instanceof Error && error.message === 'Expected a due immediate or interval';
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
