import type { ObservableInput } from 'rxjs';
import type { HeadersProvider } from '../../auth/headersProvider.ts';
import type { ZerobusError } from '../../errors/zerobusError.ts';
import type { ZerobusEvent } from '../../stream/zerobusEvent.ts';
import type { Transport } from '../../transport/transport.ts';

/** A rejected record, as the option `rejected` gets it. */
export interface SimulatedRejection {
  readonly offset: number;
  readonly record: string | Uint8Array | undefined;
  readonly error: ZerobusError;
}

/** The options that a pipeline of a simulation passes on to an operator of this package. */
export interface SimulatedOptions {
  readonly transport: Transport;
  readonly headersProvider: HeadersProvider;
  readonly random: () => number;
  readonly events: { next(event: ZerobusEvent): void };
  readonly signal?: AbortSignal;
  readonly backpressure: { next(isPaused: boolean): void };
  readonly descriptor?: Uint8Array;
  readonly rejected?: (rejection: SimulatedRejection) => ObservableInput<unknown> | undefined;
  readonly partitionBy?: (row: object | string | Uint8Array) => number;
  readonly streams: number;
  readonly overflow: 'error' | 'dropOldest' | 'dropNewest';
  readonly maxInflightRecords: number;
  readonly maxInflightBytes: number;
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
  readonly lingerMs: number;
  readonly recovery: boolean;
  readonly recoveryTimeoutMs: number;
  readonly recoveryBackoffMs: number;
  readonly recoveryBackoffMaxMs: number;
  readonly recoveryRetries: number;
  readonly serverLackOfAckTimeoutMs: number;
  readonly flushTimeoutMs: number;
  readonly streamPausedMaxWaitTimeMs?: number;
  readonly maxRejectionsInARow: number;
}
