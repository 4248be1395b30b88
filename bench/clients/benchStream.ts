import type { Input } from '../inputs/input.ts';
import type { Job } from '../job.ts';
import type { Meter } from './meter.ts';

/** A stream of one client, opened and ready. */
export interface BenchStream {
  /** Sends records for a while, so that the client is connected and compiled when measuring starts. */
  warmUp(): Promise<void>;
  /** How many records were sent before measuring started. Known once {@link ingest} was called. */
  readonly warmUpRecords: number;
  /**
   * Hands over the records of the run, and waits until they are durable.
   *
   * @returns the number of records
   */
  ingest(): Promise<number>;
  /** Closes the stream. */
  close(): Promise<void>;
}

/** The parameters to open a stream with. */
export interface StreamSetup {
  readonly job: Job;
  readonly input: Input;
  readonly meter: Meter;
  readonly endpoint: string;
}

/** The metadata that every client sends. Neither the sink nor the local server checks the token. */
export function benchHeaders(tableName: string): Record<string, string> {
  return { authorization: 'Bearer bench', 'x-databricks-zerobus-table-name': tableName };
}

/**
 * Calls a function again and again until the time of the warm-up is over, and at least once.
 *
 * @returns the sum of its results
 */
export async function repeatedly(warmUpMs: number, send: () => Promise<number>): Promise<number> {
  const deadline = performance.now() + warmUpMs;
  let records = await send();
  while (performance.now() < deadline) {
    records += await send();
  }
  return records;
}
