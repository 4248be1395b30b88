import type { Meter } from './meter.ts';

/** When so many have become durable, they are forgotten. */
const FORGET_EVERY = 10_000;

/** Joins what was handed over with the acks that come later, for clients that emit a watermark. */
export class AckTimes {
  readonly #meter: Meter;
  readonly #offsets: number[] = [];
  readonly #times: number[] = [];
  #next = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** The record with this offset is handed over now. Offsets ascend. */
  handOver(offset: number): void {
    this.#offsets.push(offset);
    this.#times.push(performance.now());
  }

  /** Everything up to this offset is durable. */
  durableUpTo(offset: number): void {
    while (this.#next < this.#offsets.length && (this.#offsets[this.#next] ?? 0) <= offset) {
      this.#meter.addAck(this.#times[this.#next] ?? 0);
      this.#next++;
    }
    if (this.#next >= FORGET_EVERY) {
      this.#offsets.splice(0, this.#next);
      this.#times.splice(0, this.#next);
      this.#next = 0;
    }
    this.#meter.mark();
  }
}
