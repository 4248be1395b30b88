import type { SimulationPlan } from '../plan/simulationPlan.ts';
import type { Findings } from './findings.ts';
import type { RecordBook } from './recordBook.ts';

/** The rows that the service has made durable. */
export class TableModel {
  /** The ids of the rows, in the order in which they were first stored. */
  readonly ids: number[] = [];
  readonly #stored = new Set<number>();
  readonly #isOpenWorld: boolean;
  readonly #plan: SimulationPlan;
  readonly #findings: Findings;
  readonly #book: RecordBook;
  /** The last id, by stream or by key. */
  readonly #last = new Map<number, number>();

  constructor(plan: SimulationPlan, findings: Findings, book: RecordBook, isOpenWorld: boolean) {
    this.#isOpenWorld = isOpenWorld;
    this.#plan = plan;
    this.#findings = findings;
    this.#book = book;
  }

  has(id: number): boolean {
    return this.#stored.has(id);
  }

  /** Adds a row. It is there already if it was sent again. */
  store(id: number): void {
    if (this.#stored.has(id)) {
      this.#findings.count('row stored again');
      return;
    }
    this.#stored.add(id);
    this.ids.push(id);
    const { streams, hasKeys } = this.#plan.limits;
    const record = this.#book.entries[id]?.record;
    if (record === undefined || this.#isOpenWorld || (streams > 1 && !hasKeys)) {
      return;
    }
    const group = streams > 1 ? record.key : 0;
    const last = this.#last.get(group) ?? -1;
    this.#findings.check(id > last, 'order', () => `row ${id} is stored behind row ${last}`);
    this.#last.set(group, id);
  }
}
