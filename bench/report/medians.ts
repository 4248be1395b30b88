import type { Subject } from '../job.ts';
import type { Metric, Row } from '../row.ts';

/** Looks up rows. If a subject is called in several ways, the best of the requested ones counts. */
export class Medians {
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  /**
   * The highest value of all ways to call a subject, or `null` if there is none.
   *
   * @param api part of the labels of the requested ways. Defaults to all.
   */
  most(name: string, subject: Subject, metric: Metric = 'recordsPerSecond', api = ''): number | null {
    const values = this.#values(name, subject, metric, api);
    return values.length === 0 ? null : Math.max(...values);
  }

  /** Like {@link most}, for metrics that are better if they are lower. */
  least(name: string, subject: Subject, metric: Metric, api = ''): number | null {
    const values = this.#values(name, subject, metric, api);
    return values.length === 0 ? null : Math.min(...values);
  }

  #values(name: string, subject: Subject, metric: Metric, api: string): number[] {
    return this.#rows
      .filter((row) => row.case === name && row.subject === subject && row.api.includes(api))
      .map((row) => row[metric])
      .filter((value) => value !== null);
  }
}
