import type { Job, Subject } from './job.ts';

/** One way to call one subject, in one case: a row of the result. */
export interface Entry {
  readonly subject: Subject;
  /** How it is called, for people. */
  readonly api: string;
  readonly run: ClientRun | FootprintRun;
}

/** A client process that sends records. */
export interface ClientRun {
  readonly kind: 'client';
  readonly job: Job;
  /** Who takes the records. */
  readonly server: 'sink' | 'zerobus-local';
  /** Whether the acks' times say something of the client; where the sink withholds acks they don't. */
  readonly hasAckTimes: boolean;
  /** Whether the run is long enough to see memory grow without end. */
  readonly isSoak: boolean;
  /** Whether to wait until the rows show in the Delta table. */
  readonly isReadBack: boolean;
}

/** An empty process that imports a client. */
export interface FootprintRun {
  readonly kind: 'footprint';
}

/** What is measured under one name. */
export interface BenchCase {
  readonly name: string;
  /** What it is, for people. */
  readonly about: string;
  readonly entries: readonly Entry[];
  /** Whether it is run only where it is asked for by name. */
  readonly isOnDemand?: boolean;
}

/** How much is done. */
export interface Scale {
  /** For how long a client hands records over, in ms. */
  readonly measureMs: number;
  /** The same at a steady rate, in ms. */
  readonly pacedMs: number;
  /** The same for the run that looks for leaks, in ms. */
  readonly soakMs: number;
  /** How many records of 60 B a stream takes at a time before it counts; of 1 KB, and one by one, a fifth of it. */
  readonly warmUpRecords: number;
  /** For how long, in ms: until what is measured is compiled. */
  readonly warmUpMs: number;
  /** How many records of 60 B a source without backpressure gives; of 1 KB, a fifth of it. */
  readonly burstRecords: number;
  /** How many flights there are before they come again. */
  readonly flights: number;
  /** How long rows take to show in zerobus-local's tables, in ms. */
  readonly flushIntervalMs: number;
}

/**
 * The bursts stay within what `toZerobus` takes in flight by default (1,000,000 records, 256 MiB); the flush interval
 * is zerobus-local's default.
 */
export const fullScale: Scale = {
  measureMs: 1000,
  pacedMs: 4000,
  soakMs: 600_000,
  warmUpRecords: 100_000,
  warmUpMs: 600,
  burstRecords: 1_000_000,
  flights: 100_000,
  flushIntervalMs: 5000,
};

/** Enough to see that everything runs. */
export const quickScale: Scale = {
  measureMs: 30,
  pacedMs: 60,
  soakMs: 2000,
  warmUpRecords: 5000,
  warmUpMs: 0,
  burstRecords: 20_000,
  flights: 2000,
  flushIntervalMs: 200,
};
