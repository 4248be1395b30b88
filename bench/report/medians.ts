import type { Subject } from '../job.ts';
import type { Metric, Row } from '../row.ts';

/** Looks rows up. Where a subject is called in several ways, the best of those that are meant counts. */
export class Medians {
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  /**
   * The most of all ways of calling, `null` where there is no number.
   *
   * @param api a part of what the ways that are meant are called. Defaults to all
   */
  most(name: string, subject: Subject, metric: Metric = 'recordsPerSecond', api = ''): number | null {
    const values = this.#values(name, subject, metric, api);
    return values.length === 0 ? null : Math.max(...values);
  }

  /** As {@link most}, for what is better where it is less. */
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
