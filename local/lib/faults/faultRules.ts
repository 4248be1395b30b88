import type { ActiveFault } from '../live/api/faultView.ts';
import { faultCode } from './faultCode.ts';

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

/** The call of `zerobus.faults` that has injected a fault. */
export interface FaultCall {
  /** The name of the method. */
  readonly kind: string;
  readonly fault: FaultScope;
}

interface Rule<T> {
  readonly id: number;
  readonly call: FaultCall;
  readonly sinceMs: number;
  readonly table: string | undefined;
  readonly value: T;
  remaining: number;
}

/** The faults of one kind in force, oldest first. */
export class FaultRules<T> {
  readonly #rules = new Set<Rule<T>>();
  readonly #nextId: () => number;

  /** @param nextId returns a number that no other fault has */
  constructor(nextId: () => number) {
    this.#nextId = nextId;
  }

  /** Puts a fault in force. */
  add(call: FaultCall, value: T): Fault {
    const { table, times = Number.POSITIVE_INFINITY } = call.fault;
    const rule: Rule<T> = { id: this.#nextId(), call, sinceMs: Date.now(), table, value, remaining: times };
    this.#rules.add(rule);
    return { clear: () => this.#rules.delete(rule) };
  }

  /**
   * Takes the oldest fault that applies to `table`, and counts it.
   *
   * @param table undefined for an event that belongs to no table
   * @param isMeant whether a fault applies to the event. Defaults to all of them.
   * @returns undefined if there is none
   */
  take(table?: string, isMeant?: (value: T) => boolean): T | undefined {
    for (const rule of this.#rules) {
      const isElsewhere = rule.table !== undefined && table !== undefined && rule.table !== table;
      if (isElsewhere || isMeant?.(rule.value) === false) {
        continue;
      }
      if (--rule.remaining <= 0) {
        this.#rules.delete(rule);
      }
      return rule.value;
    }
    return undefined;
  }

  /** The faults as they are shown. */
  get active(): readonly ActiveFault[] {
    return Array.from(this.#rules, ({ id, call: { kind, fault }, remaining, sinceMs }) => ({
      id,
      kind,
      code: faultCode(kind, fault),
      ...(Number.isFinite(remaining) ? { remaining } : {}),
      sinceMs,
    }));
  }

  /** Ends all faults, or the one with this id. */
  clear(id?: number): void {
    for (const rule of this.#rules) {
      if (id === undefined || rule.id === id) {
        this.#rules.delete(rule);
      }
    }
  }
}
