/** Consecutive offsets whose events have consecutive sequence numbers. */
interface Run {
  readonly offset: number;
  readonly sequence: number;
  count: number;
  /** The last offset that the watermark passes with this run: those behind it have no event. */
  tail: number;
}

/**
 * The offsets of a subscription, and the sequence numbers of their events. Other tabs write between them, so the two do
 * not rise together.
 *
 * Plain state, and no object per event.
 */
export class Offsets {
  readonly #runs: Run[] = [];
  #watermark = -1;
  #next = 0;
  #done = 0;

  /** All offsets up to this one are settled. It is -1 before the first one is. */
  get watermark(): number {
    return this.#watermark;
  }

  /** The number of events that are not settled. */
  get unsettled(): number {
    const first = this.#runs[0];
    const settled = first === undefined ? 0 : Math.max(0, this.#done - first.sequence + 1);
    return this.#runs.reduce((sum, { count }) => sum + count, 0) - settled;
  }

  /** Whether all offsets are settled. */
  get isSettled(): boolean {
    return this.#watermark === this.#next - 1;
  }

  /** Adds the next offset, whose event has this sequence number. */
  add(sequence: number): void {
    const offset = this.#next++;
    const run = this.#runs.at(-1);
    if (
      run !== undefined &&
      run.sequence + run.count === sequence &&
      run.tail === offset - 1 &&
      run.offset + run.count === offset
    ) {
      run.count++;
      run.tail = offset;
    } else {
      this.#runs.push({ offset, sequence, count: 1, tail: offset });
    }
  }

  /** Adds the next offsets, which have no event: they were refused or dropped. */
  pass(count: number): void {
    this.#next += count;
    const run = this.#runs.at(-1);
    if (run === undefined) {
      this.#watermark = this.#next - 1;
    } else {
      run.tail = this.#next - 1;
    }
  }

  /** Returns the offset of a sequence number that is not settled, or `undefined` if it belongs to another tab. */
  offsetOf(sequence: number): number | undefined {
    const run = this.#runs.find((each) => sequence >= each.sequence && sequence < each.sequence + each.count);
    return run && sequence > this.#done ? run.offset + (sequence - run.sequence) : undefined;
  }

  /** Settles all sequence numbers up to this one. */
  settle(done: number): void {
    this.#done = Math.max(this.#done, done);
    let run = this.#runs[0];
    while (run !== undefined && run.sequence + run.count - 1 <= done) {
      this.#watermark = run.tail;
      this.#runs.shift();
      run = this.#runs[0];
    }
    if (run !== undefined && run.sequence <= done) {
      this.#watermark = run.offset + (done - run.sequence);
    }
  }

  /** Settles all offsets so far: the client of their sequence numbers is gone. */
  clear(): void {
    this.#runs.length = 0;
    this.#done = 0;
    this.#watermark = this.#next - 1;
  }
}
