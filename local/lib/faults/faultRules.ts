/** The streams that a fault applies to, and how often it happens. */
export interface FaultScope {
  /** Only streams into this table, `catalog.schema.table`. Defaults to every table. */
  readonly table?: string;
  /** How often the fault happens before it is cleared. Defaults to no limit. */
  readonly times?: number;
}

/** A fault in force. */
export interface Fault {
  /** Ends the fault. A second call does nothing. */
  clear(): void;
}

interface Rule<T> {
  readonly table: string | undefined;
  readonly value: T;
  remaining: number;
}

/** The faults of one kind in force, oldest first. */
export class FaultRules<T> {
  readonly #rules = new Set<Rule<T>>();

  /** Puts a fault in force. */
  add(scope: FaultScope, value: T): Fault {
    const rule: Rule<T> = { table: scope.table, value, remaining: scope.times ?? Number.POSITIVE_INFINITY };
    this.#rules.add(rule);
    return { clear: () => this.#rules.delete(rule) };
  }

  /**
   * Takes the oldest fault that applies to `table`, and counts it.
   *
   * @param isMeant whether a fault applies to the event. Defaults to all of them.
   * @returns undefined if there is none
   */
  take(table?: string, isMeant?: (value: T) => boolean): T | undefined {
    for (const rule of this.#rules) {
      if ((rule.table !== undefined && rule.table !== table) || isMeant?.(rule.value) === false) {
        continue;
      }
      if (--rule.remaining <= 0) {
        this.#rules.delete(rule);
      }
      return rule.value;
    }
    return undefined;
  }

  clear(): void {
    this.#rules.clear();
  }
}
