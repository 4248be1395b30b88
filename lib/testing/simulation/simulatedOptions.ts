import type { ObservableInput } from 'rxjs';
import type { HeadersProvider } from '../../auth/headersProvider.ts';
import type { ZerobusError } from '../../errors/zerobusError.ts';
import type { StreamOptions } from '../../stream/streamOptions.ts';
import type { Transport } from '../../transport/transport.ts';

/** A rejected record, as the option `rejected` gets it. */
export interface SimulatedRejection {
  /** The offset of the record. */
  readonly offset: number;
  /** The record as it would have been sent, or `undefined` if it cannot be serialized. */
  readonly record: string | Uint8Array | undefined;
  /** The reason. */
  readonly error: ZerobusError;
}

/**
 * The options that a pipeline of a simulation passes on to an operator of this package: they lead to the simulated
 * service, and have the limits and callbacks that the seed says.
 */
export type SimulatedOptions = StreamOptions & ServiceOptions;

interface ServiceOptions {
  /** @internal */
  readonly transport: Transport;
  /** Fetches the tokens of the simulation, with a cache as in production. */
  readonly headersProvider: HeadersProvider;
  /** Pauses the source of the simulation. */
  readonly backpressure: { next(isPaused: boolean): void };
  /** The descriptor of the rows, if they are protobuf. */
  readonly descriptor?: Uint8Array;
  /** Takes in rejected records, at once, later or never. */
  readonly rejected?: (rejection: SimulatedRejection) => ObservableInput<unknown> | undefined;
  /** Returns the key of a row. */
  readonly partitionBy?: (row: object | string | Uint8Array) => number;
  /** The number of streams. */
  readonly streams: number;
  /** What happens if the source is faster than the service. */
  readonly overflow: 'error' | 'dropOldest' | 'dropNewest';
}
