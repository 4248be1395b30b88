/** Which streams a fault meets, and how often. */
export interface FaultScope {
  /** Only streams into this table, `catalog.schema.table`. Default: every table. */
  readonly table?: string;
  /** How often the fault happens before it clears itself. Default: until it is cleared. */
  readonly times?: number;
}

/** A fault that is in force. */
export interface Fault {
  /** Ends it. Clearing twice does nothing. */
  clear(): void;
}

interface Rule<T> {
  readonly table: string | undefined;
  readonly value: T;
  remaining: number;
}

/** The faults of one kind that are in force, oldest first. */
export class FaultRules<T> {
  readonly #rules = new Set<Rule<T>>();

  /** Puts a fault in force. */
  add(scope: FaultScope, value: T): Fault {
    const rule: Rule<T> = { table: scope.table, value, remaining: scope.times ?? Number.POSITIVE_INFINITY };
    this.#rules.add(rule);
    return { clear: () => this.#rules.delete(rule) };
  }

  /** @returns the oldest fault that meets `table`, counted as having happened once; undefined where there is none */
  take(table?: string): T | undefined {
    for (const rule of this.#rules) {
      if (rule.table !== undefined && rule.table !== table) {
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
