import type { Sample } from '../../lib/live/api/overview.ts';

/** How far back the curves go. */
const KEPT_MS = 15 * 60 * 1000;

/** A longer time without a sample is a gap. */
const GAP_MS = 2500;

/** The samples of the last minutes. */
export class History {
  #samples: Sample[] = [];

  /** Puts samples that were read among those that came as events. Those of a server before stay. */
  merge(samples: readonly Sample[]): void {
    const first = samples[0]?.atMs ?? 0;
    const last = samples.at(-1)?.atMs ?? 0;
    const before = this.#samples.filter(({ atMs }) => atMs < first);
    const after = this.#samples.filter(({ atMs }) => atMs > last);
    this.#samples = [...before, ...samples, ...after];
    this.#forget();
  }

  /** Adds a sample, if it is newer than all others. */
  add(sample: Sample): void {
    if (sample.atMs > (this.last?.atMs ?? 0)) {
      this.#samples.push(sample);
      this.#forget();
    }
  }

  get last(): Sample | undefined {
    return this.#samples.at(-1);
  }

  /** The time between the first and the last sample, in milliseconds. */
  get spanMs(): number {
    return (this.last?.atMs ?? 0) - (this.#samples[0]?.atMs ?? 0);
  }

  /** The samples from a time on. Between two with a gap there is `undefined`. */
  since(atMs: number): readonly HistoryPoint[] {
    const points: HistoryPoint[] = [];
    for (const sample of this.#samples) {
      if (sample.atMs >= atMs) {
        const before = points.at(-1);
        if (before !== undefined && sample.atMs - before.atMs > GAP_MS) {
          points.push({ atMs: before.atMs + 1000, sample: undefined });
        }
        points.push({ atMs: sample.atMs, sample });
      }
    }
    return points;
  }

  #forget(): void {
    const oldest = (this.last?.atMs ?? 0) - KEPT_MS;
    this.#samples.splice(
      0,
      this.#samples.findIndex(({ atMs }) => atMs >= oldest),
    );
  }
}

/** A sample, or the beginning of a gap. */
export interface HistoryPoint {
  readonly atMs: number;
  readonly sample: Sample | undefined;
}
