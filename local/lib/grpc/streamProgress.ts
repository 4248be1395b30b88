import type { LiveMonitor } from '../live/liveMonitor.ts';

/** How many arrivals are kept. Those beyond are not measured, for example while a fault drops all acks. */
const MAX_ARRIVALS = 10_000;

/** What an ack covers: all requests up to an offset, with their records and bytes. */
export interface Covered {
  readonly offset: number;
  readonly records: number;
  readonly bytes: number;
}

/** How far a stream is: what it has received, what is durable, and what is acknowledged. */
export class StreamProgress {
  readonly #monitor: LiveMonitor;
  #receivedRecords = 0;
  #receivedBytes = 0;
  #durableRecords = 0;
  #durableBytes = 0;
  #acknowledged: Covered = { offset: -1, records: 0, bytes: 0 };
  /** When the requests that are not acknowledged have arrived, by their offsets. Empty unless a page is open. */
  #offsets: number[] = [];
  #arrivals: number[] = [];

  constructor(monitor: LiveMonitor) {
    this.#monitor = monitor;
  }

  get recordsAccepted(): number {
    return this.#receivedRecords;
  }

  /** The last offset that was acknowledged; -1 before the first. */
  get watermark(): number {
    return this.#acknowledged.offset;
  }

  get inFlightRecords(): number {
    return this.#receivedRecords - this.#acknowledged.records;
  }

  get inFlightBytes(): number {
    return this.#receivedBytes - this.#acknowledged.bytes;
  }

  /**
   * Counts a request that was handed to the storage.
   *
   * @param arrivedAtMs the time of `performance.now()`; undefined if it is not measured
   */
  received(offset: number, records: number, bytes: number, arrivedAtMs: number | undefined): void {
    this.#receivedRecords += records;
    this.#receivedBytes += bytes;
    if (arrivedAtMs !== undefined && this.#offsets.length < MAX_ARRIVALS) {
      this.#offsets.push(offset);
      this.#arrivals.push(arrivedAtMs);
    }
  }

  /** Counts a request that is stored. */
  stored(records: number, bytes: number): void {
    this.#durableRecords += records;
    this.#durableBytes += bytes;
  }

  /** @returns what an ack of all that is durable covers */
  covered(offset: number): Covered {
    return { offset, records: this.#durableRecords, bytes: this.#durableBytes };
  }

  /** Counts an ack that was sent. */
  acknowledged(covered: Covered): void {
    if (covered.offset <= this.#acknowledged.offset) {
      return;
    }
    this.#acknowledged = covered;
    if (this.#offsets.length > 0) {
      this.#measure(covered.offset);
    }
  }

  #measure(offset: number): void {
    const nowMs = performance.now();
    const waiting = this.#offsets.findIndex((each) => each > offset);
    const count = waiting < 0 ? this.#offsets.length : waiting;
    for (let index = 0; index < count; index++) {
      this.#monitor.acknowledged(nowMs - (this.#arrivals[index] as number));
    }
    this.#offsets.splice(0, count);
    this.#arrivals.splice(0, count);
  }
}
