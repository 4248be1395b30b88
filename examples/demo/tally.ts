import { readTable } from 'zerobus-local';

/** The comparison of the records sent with the rows in the table. */
export interface Verdict {
  readonly sent: number;
  readonly durable: number;
  /** Rows in the Delta table. */
  readonly rows: number;
  /** Flights that were sent and are not in the table. */
  readonly lost: number;
  /** Surplus rows, which at-least-once delivery allows if a connection broke. */
  readonly duplicated: number;
}

/** Running sums over the records sent, to compare with the same sums over the table. */
export class Tally {
  sent = 0;
  #delayMinutes = 0;
  #distanceMiles = 0;
  #departedAt = 0n;

  add(row: { readonly delay_minutes: number; readonly distance_miles: number; readonly departed_at: number }): void {
    this.sent++;
    this.#delayMinutes += row.delay_minutes;
    this.#distanceMiles += row.distance_miles;
    this.#departedAt += BigInt(row.departed_at);
  }

  /**
   * Reads the Delta table and compares it.
   *
   * @throws Error if all flights are in the table, but with other values
   */
  async compare(tablePath: string, durable: number): Promise<Verdict> {
    const { rows } = await readTable(
      tablePath,
      `, each AS (SELECT flight, count(*) AS copies, any_value(delay_minutes) AS delay, any_value(distance_miles) AS distance, any_value(epoch_us(departed_at)) AS departed FROM this GROUP BY flight)
       SELECT coalesce(sum(copies), 0)::BIGINT, count(*), coalesce(sum(delay), 0)::BIGINT, coalesce(sum(distance), 0)::BIGINT, coalesce(sum(departed::HUGEINT), 0)::VARCHAR FROM each`,
    );
    const [copies, flights, delayMinutes, distanceMiles, departedAt] = rows[0] ?? [];
    const found = Number(flights);
    const isSame =
      Number(delayMinutes) === this.#delayMinutes &&
      Number(distanceMiles) === this.#distanceMiles &&
      BigInt(String(departedAt)) === this.#departedAt;
    if (found === this.sent && !isSame) {
      throw new Error('The table has as many flights as were sent, but not the same values.');
    }
    return {
      sent: this.sent,
      durable,
      rows: Number(copies),
      lost: this.sent - found,
      duplicated: Number(copies) - found,
    };
  }
}
