import type { Meter } from './meter.ts';

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
    this.#meter.mark();
  }
}
