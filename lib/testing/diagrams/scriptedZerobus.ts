import type { HeadersProvider } from '../../auth/headersProvider.ts';
import type { Transport } from '../../transport/transport.ts';
import type { RecordFormat } from '../../wire/batch.ts';
import type { Interval } from './interval.ts';

/** The options that lead a stream to a scripted Zerobus. */
export interface ScriptedOptions {
  /** OAuth as in production, but its tokens come from the diagrams `tokens`. */
  readonly headersProvider: HeadersProvider;
  /** Returns 0, so that each reconnect is immediate. */
  readonly random: () => number;
  /** @internal */
  readonly transport: Transport;
}

/** A batch that has arrived at a scripted Zerobus. */
export interface Arrival {
  /** The frame in which it arrived. */
  readonly frame: number;
  /** Whether its rows travel as JSON or as protobuf. */
  readonly format: RecordFormat;
  /** Its rows, decoded. Those of protobuf are bytes, unless the option `table` was given. */
  readonly rows: readonly unknown[];
}

/** A Zerobus that diagrams script. */
export interface ScriptedZerobus {
  /** The options for `toZerobus`, `throughZerobus`, `ingest` and the like. */
  readonly options: ScriptedOptions;
  /** The connections so far, each with its frames, for `expectSubscriptions`. */
  readonly connections: Interval[];
  /** The token requests so far, each with its frames, for `expectSubscriptions`. */
  readonly tokenRequests: Interval[];
  /** The batches that have arrived, in order, and again if they were sent again. */
  readonly arrivals: readonly Arrival[];
  /** The rows that have become durable, in order, decoded. */
  readonly rows: readonly unknown[];
}
