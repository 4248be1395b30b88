import type { Job, Subject } from './job.ts';

/** One way to call one subject, in one case. It becomes a row of the result. */
export interface Entry {
  readonly subject: Subject;
  /** A label for the way it is called. */
  readonly api: string;
  readonly run: ClientRun | FootprintRun;
}

/** A client process that sends records. */
export interface ClientRun {
  readonly kind: 'client';
  readonly job: Job;
  /** The server that takes the records. */
  readonly server: 'sink' | 'zerobus-local';
  /** Whether the ack times describe the client. They do not if the sink withholds acks. */
  readonly hasAckTimes: boolean;
  /** Whether the run is long enough to show that memory grows without end. */
  readonly isSoak: boolean;
  /** Whether a live page of zerobus-local is open meanwhile. */
  readonly hasPage: boolean;
  /** Whether to wait until the rows show in the Delta table. */
  readonly isReadBack: boolean;
}

/** An empty process that imports a client. */
export interface FootprintRun {
  readonly kind: 'footprint';
}

/** Everything that is measured under one name. */
export interface BenchCase {
  readonly name: string;
  /** A description for the report. */
  readonly about: string;
  readonly entries: readonly Entry[];
  /** Whether the case only runs when it is requested by name. */
  readonly isOnDemand?: boolean;
}

/** The size of a run. */
export interface Scale {
  /** How long a client hands over records, in ms. */
  readonly measureMs: number;
  /** The same at a steady rate, in ms. */
  readonly pacedMs: number;
  /** The same for the run that looks for leaks, in ms. */
  readonly soakMs: number;
  /**
   * How many records of 60 B a stream takes at a time before measuring starts. Records of 1 KB, and single records, are
   * a fifth of that.
   */
  readonly warmUpRecords: number;
  /** How long the warm-up lasts, in ms: long enough that the measured code is compiled. */
  readonly warmUpMs: number;
  /** How many records of 60 B a source without backpressure emits. Records of 1 KB are a fifth of that. */
  readonly burstRecords: number;
  /** How many different flights there are. */
  readonly flights: number;
  /** The flush interval of zerobus-local in ms, which is how long rows take to show in its tables. */
  readonly flushIntervalMs: number;
}

/**
 * The bursts stay within the default limits of `toZerobus` in flight (1,000,000 records, 256 MiB). The flush interval
 * is the default of zerobus-local.
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

/** Just enough to show that everything runs. */
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
