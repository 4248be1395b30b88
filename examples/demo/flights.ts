import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

/** A row of the demo's table. */
export interface FlightRow {
  /** The line number of the flight, which identifies lost and duplicated rows at the end. */
  readonly flight: number;
  /** Microseconds since 1970, the form of a TIMESTAMP in JSON. */
  readonly departed_at: number;
  readonly delay_minutes: number;
  readonly distance_miles: number;
  readonly origin: string;
  readonly destination: string;
}

export const FLIGHTS_TABLE = 'main.demo.flights';

export const CREATE_FLIGHTS_TABLE: string = `CREATE TABLE ${FLIGHTS_TABLE} (
  flight BIGINT NOT NULL, departed_at TIMESTAMP NOT NULL, delay_minutes INT, distance_miles INT, origin STRING, destination STRING)`;

/**
 * Returns flight records as lines of text, as in a CSV file: `2001-01-01 00:01:00,33,2176,LAS,PHL`.
 *
 * They are read on demand, in batches, so the three million records are never in memory at once.
 *
 * @param limit the maximum number of records
 */
export async function* flightLines(limit: number): AsyncGenerator<string> {
  // The package does not export the path of its data, which is beside its entry point.
  const file = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const result = await connection.stream(
      "SELECT concat_ws(',', strftime(date, '%Y-%m-%d %H:%M:%S'), delay, distance, origin, destination) FROM read_parquet($file) LIMIT $limit",
      { file, limit },
    );
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const line of chunk.getColumnValues(0)) {
        yield String(line);
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Returns the fields of a line, or `undefined` if it is not a flight. */
export function parseFlight(line: string): string[] | undefined {
  const fields = line.split(',');
  return fields.length === 5 ? fields : undefined;
}

/** Returns the row of a flight, with the types of the columns. */
export function toFlightRow([date, delay, distance, origin, destination]: string[], flight: number): FlightRow {
  return {
    flight,
    departed_at: Date.parse(`${date}Z`) * 1000,
    delay_minutes: Number(delay),
    distance_miles: Number(distance),
    origin: origin ?? '',
    destination: destination ?? '',
  };
}
