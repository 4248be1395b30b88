import type { ActivityCounters } from '../faults/activity.ts';
import type { Sample } from './api/overview.ts';
import { Latencies } from './latencies.ts';

/** The state at the end of a second. */
export type SampledState = Pick<Sample, 'inFlightRecords' | 'unflushedRows' | 'openStreams'> & {
  readonly counters: ActivityCounters;
  /** Commits since the server has started. */
  readonly commits: number;
};

/** Makes the samples while a page is open. */
export class Sampler {
  readonly #latencies = new Latencies();
  #last: SampledState;

  /** @param first the state when the first second begins */
  constructor(first: SampledState) {
    this.#last = first;
  }

  /** Counts a request that is acknowledged. */
  acknowledged(latencyMs: number): void {
    this.#latencies.add(latencyMs);
  }

  /** What has happened since the last sample. */
  take(state: SampledState, atMs: number): Sample {
    const { counters, commits, ...present } = state;
    const last = this.#last;
    this.#last = state;
    const sample = {
      atMs,
      records: counters.recordsAccepted - last.counters.recordsAccepted,
      bytes: counters.bytesAccepted - last.counters.bytesAccepted,
      ackP50Ms: this.#latencies.percentile(0.5),
      ackP99Ms: this.#latencies.percentile(0.99),
      ...present,
      commits: commits - last.commits,
    };
    this.#latencies.clear();
    return sample;
  }
}
