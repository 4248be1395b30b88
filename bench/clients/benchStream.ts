import type { Input } from '../inputs/input.ts';
import type { Job } from '../job.ts';
import type { Meter } from './meter.ts';

/** A stream of one client's, opened and ready. */
export interface BenchStream {
  /** Sends records for a while, so that what is measured afterwards is connected and compiled. */
  warmUp(): Promise<void>;
  /** How many were sent before it counted; known once {@link ingest} was called. */
  readonly warmUpRecords: number;
  /**
   * Hands over the records of the run, and waits until they are durable.
   *
   * @returns how many they were
   */
  ingest(): Promise<number>;
  /** Closes the stream. */
  close(): Promise<void>;
}

/** What a stream is opened with. */
export interface StreamSetup {
  readonly job: Job;
  readonly input: Input;
  readonly meter: Meter;
  readonly endpoint: string;
}

/** The metadata that every client sends; neither the sink nor the local server asks who it is. */
export function benchHeaders(tableName: string): Record<string, string> {
  return { authorization: 'Bearer bench', 'x-databricks-zerobus-table-name': tableName };
}

/**
 * Does something again and again until the time of the warm-up is over, and at least once. @returns the sum of what it
 * returned
 */
export async function repeatedly(warmUpMs: number, send: () => Promise<number>): Promise<number> {
  const deadline = performance.now() + warmUpMs;
  let records = await send();
  while (performance.now() < deadline) {
    records += await send();
  }
  return records;
}
