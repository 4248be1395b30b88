/** The kinds of promises that a run can break. */
export type Invariant =
  | 'conservation'
  | 'order'
  | 'watermark'
  | 'durability'
  | 'bounds'
  | 'backpressure'
  | 'wire'
  | 'memory'
  | 'retries'
  | 'backoff'
  | 'deadlines'
  | 'events'
  | 'rejections'
  | 'end'
  | 'progress'
  | 'pipeline';

/** A promise that a run has broken. */
export interface Finding {
  readonly invariant: Invariant;
  readonly text: string;
  readonly atMs: number;
}

/** What was observed of a run: the first broken promise, a trace, and counters. */
export class Findings {
  /** The lines of the trace, if there is one. */
  readonly trace: string[] | undefined;
  /** How often each thing has happened. */
  readonly counters: Map<string, number>;
  readonly #now: () => number;
  #first: Finding | undefined;

  constructor(now: () => number, hasTrace: boolean, counters: Map<string, number>) {
    this.#now = now;
    this.trace = hasTrace ? [] : undefined;
    this.counters = counters;
  }

  /** The first broken promise. */
  get first(): Finding | undefined {
    return this.#first;
  }

  /** Reports a broken promise. Only the first counts, since others follow from it. */
  report(invariant: Invariant, text: string): void {
    if (this.#first === undefined) {
      this.log(() => `BROKEN ${invariant}: ${text}`);
      this.#first = { invariant, text, atMs: this.#now() };
    }
  }

  /** Reports a broken promise unless a condition holds. */
  check(holds: boolean, invariant: Invariant, text: () => string): void {
    if (!holds) {
      this.report(invariant, text());
    }
  }

  /** Adds a line to the trace. A broken promise is the last one. */
  log(line: () => string): void {
    if (this.trace !== undefined && this.#first === undefined) {
      this.trace.push(`${String(this.#now()).padStart(6)} ms  ${line()}`);
    }
  }

  /** Counts something that has happened. */
  count(name: string): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + 1);
  }
}
