import type { Meter } from './meter.ts';

/** When this many entries have become durable, they are removed. */
const FORGET_EVERY = 10_000;

/** Matches handed-over records with their later acks, for clients that emit a watermark. */
export class AckTimes {
  readonly #meter: Meter;
  readonly #offsets: number[] = [];
  readonly #times: number[] = [];
  #next = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Records that the record with this offset is handed over now. Offsets must ascend. */
  handOver(offset: number): void {
    this.#offsets.push(offset);
    this.#times.push(performance.now());
  }

  /** Records that everything up to this offset is durable. */
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
