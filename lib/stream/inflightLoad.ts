import type { Excess } from './overflow.ts';

/** The limits of what is in flight. */
export interface InflightLimits {
  readonly maxInflightRecords: number;
  readonly maxInflightBytes: number;
}

/** What is in flight, compared with its limits. */
export abstract class InflightLoad {
  readonly #limits: InflightLimits;

  constructor(limits: InflightLimits) {
    this.#limits = limits;
  }

  /** The number of records that count towards the limits. */
  abstract get loadRecords(): number;

  /** The number of bytes that count towards the limits. */
  abstract get loadBytes(): number;

  /** Whether the load is at least this share of the limits. */
  reaches(share: number): boolean {
    const { maxInflightRecords, maxInflightBytes } = this.#limits;
    return this.loadRecords >= share * maxInflightRecords || this.loadBytes >= share * maxInflightBytes;
  }

  /** Whether the load is above this share of the limits. */
  exceeds(share: number): boolean {
    const { maxInflightRecords, maxInflightBytes } = this.#limits;
    return this.loadRecords > share * maxInflightRecords || this.loadBytes > share * maxInflightBytes;
  }

  /** What must leave so that there is room for one more record. */
  get excess(): Excess {
    const { maxInflightRecords, maxInflightBytes } = this.#limits;
    return { records: this.loadRecords + 1 - maxInflightRecords, bytes: this.loadBytes + 1 - maxInflightBytes };
  }
}
