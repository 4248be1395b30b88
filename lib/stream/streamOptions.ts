import { asapScheduler, asyncScheduler, type Observer, type SchedulerLike } from 'rxjs';
import { checkSignal } from '../errors/aborted.ts';
import { checkFunction } from '../errors/checkFunction.ts';
import type { NamesOf } from '../errors/checkNames.ts';
import { atLeast, MAX_TIMER_MS } from '../errors/checkNumber.ts';
import { checkScheduler } from '../errors/checkScheduler.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';
import type { ZerobusEvent } from './zerobusEvent.ts';

/** Options of a stream. Names and defaults are those of the official SDKs, if these have the option. */
export interface StreamOptions {
  /**
   * The most records that may be accepted and not yet durable, at least 1. At one more, `toZerobus` errors with
   * `BUFFER_OVERFLOW`, and a `ZerobusStream` makes its caller wait. Defaults to `1000000`.
   */
  readonly maxInflightRecords?: number | undefined;
  /**
   * The same bound for the bytes of these records in their wire form, at least 1. Defaults to `268435456` (256 MiB).
   */
  readonly maxInflightBytes?: number | undefined;
  /** The most records in one batch, at least 1. Defaults to `100000`. */
  readonly maxBatchRecords?: number | undefined;
  /** The number of bytes at which a batch is full, 1 to `3000000`. Defaults to `65536` (64 KiB). */
  readonly maxBatchBytes?: number | undefined;
  /**
   * The time a batch that is not full may wait for more records, in milliseconds. At 0 a single record leaves in the
   * same turn of the event loop, and batches grow by themselves while the connection is busy. Defaults to `0`.
   */
  readonly lingerMs?: number | undefined;
  /** Whether a broken connection is replaced and unacknowledged records are sent again. Defaults to `true`. */
  readonly recovery?: boolean | undefined;
  /**
   * The longest time of one attempt to open a stream, token and connection included, in milliseconds. After it, the
   * attempt fails with `STREAM_CREATION_TIMEOUT`. Defaults to `15000`.
   */
  readonly recoveryTimeoutMs?: number | undefined;
  /**
   * The upper bound of the first wait before a reconnection, in milliseconds. It doubles with each further wait, and
   * each wait is random between 0 and its bound. Defaults to `2000`.
   */
  readonly recoveryBackoffMs?: number | undefined;
  /** The upper bound of every such wait, in milliseconds. Defaults to `30000`. */
  readonly recoveryBackoffMaxMs?: number | undefined;
  /** The number of failures in a row, without durable progress in between, that are recovered from. Defaults to `4`. */
  readonly recoveryRetries?: number | undefined;
  /**
   * The longest time without durable progress while something is in flight, in milliseconds. After it, the connection
   * fails with `ACK_TIMEOUT`. Defaults to `60000`.
   */
  readonly serverLackOfAckTimeoutMs?: number | undefined;
  /**
   * The longest time until all accepted records are durable, after the source has ended or after `flush` or `close`, in
   * milliseconds. After it, the stream fails with `FLUSH_TIMEOUT`. Defaults to `300000`.
   */
  readonly flushTimeoutMs?: number | undefined;
  /**
   * The longest wait for acks after the service has announced that it will close the connection, in milliseconds.
   * Defaults to the time that the service announces.
   */
  readonly streamPausedMaxWaitTimeMs?: number | undefined;
  /**
   * Ends the stream when it aborts, as unsubscribing does, and the stream errors with the signal's reason. If it has
   * already aborted, nothing is opened. Defaults to none.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Notified of what happens to the stream: connections, failures and their reasons, retries, durable records. See
   * {@link ZerobusEvent}. It is never completed, and an error that it throws does not reach the stream.
   * `NODE_DEBUG=rxjs-zerobus` prints the same events on stderr. Defaults to none.
   */
  readonly events?: Partial<Observer<ZerobusEvent>> | undefined;
  /**
   * The most records in a row that may be rejected, at least 1: refused by the service without a durable record in
   * between, or unfit to be sent without an accepted record in between. One more ends the stream with
   * `TOO_MANY_REJECTIONS`, since the table may have changed. Only with `rejected`. Defaults to `100`.
   */
  readonly maxRejectionsInARow?: number | undefined;
  /**
   * The scheduler of all time: a `TestScheduler` in specs. Defaults to rxjs' `asyncScheduler`, and to `asapScheduler`
   * for batches that leave at the end of the turn.
   */
  readonly scheduler?: SchedulerLike | undefined;
  /** Returns a number from 0 up to 1, for the jitter of the backoff. Defaults to `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The names of {@link StreamOptions}. */
export const streamOptionNames: NamesOf<StreamOptions> = {
  maxInflightRecords: true,
  maxInflightBytes: true,
  maxBatchRecords: true,
  maxBatchBytes: true,
  lingerMs: true,
  recovery: true,
  recoveryTimeoutMs: true,
  recoveryBackoffMs: true,
  recoveryBackoffMaxMs: true,
  recoveryRetries: true,
  serverLackOfAckTimeoutMs: true,
  flushTimeoutMs: true,
  streamPausedMaxWaitTimeMs: true,
  signal: true,
  events: true,
  maxRejectionsInARow: true,
  scheduler: true,
  random: true,
};

/** {@link StreamOptions} with all defaults. */
export type ResolvedStreamOptions = {
  readonly [Name in Exclude<keyof StreamOptions, Optional>]-?: NonNullable<StreamOptions[Name]>;
} & Pick<StreamOptions, Optional> & {
    /** Schedules batches that leave at the end of the turn. Defaults to rxjs' `asapScheduler`. */
    readonly turnScheduler: SchedulerLike;
  };

type Optional = 'streamPausedMaxWaitTimeMs' | 'signal' | 'events';

/** The defaults that a stream shares with the operator `recover`. */
export const recoverDefaults = {
  recovery: true,
  recoveryRetries: 4,
  recoveryBackoffMs: 2000,
  recoveryBackoffMaxMs: 30_000,
} as const;

const numericDefaults = {
  maxInflightRecords: 1_000_000,
  maxInflightBytes: 256 * 1024 * 1024,
  maxBatchRecords: 100_000,
  maxBatchBytes: 64 * 1024,
  lingerMs: 0,
  recoveryTimeoutMs: 15_000,
  recoveryBackoffMs: recoverDefaults.recoveryBackoffMs,
  recoveryBackoffMaxMs: recoverDefaults.recoveryBackoffMaxMs,
  recoveryRetries: recoverDefaults.recoveryRetries,
  serverLackOfAckTimeoutMs: 60_000,
  flushTimeoutMs: 300_000,
  maxRejectionsInARow: 100,
} as const;

type NumericName = keyof typeof numericDefaults;

/** The options that must not be zero. */
const positive: ReadonlySet<NumericName> = new Set<NumericName>([
  'maxInflightRecords',
  'maxInflightBytes',
  'maxBatchRecords',
  'maxBatchBytes',
  'maxRejectionsInARow',
]);

/** The size of non-ASCII text can be three times the counted size, and the text must still fit into one request. */
const LARGEST_BATCH_BYTES = 3_000_000;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if an option is not of its type or is out of range
 */
export function resolveStreamOptions(options: StreamOptions): ResolvedStreamOptions {
  const numbers = Object.fromEntries(
    (Object.keys(numericDefaults) as NumericName[]).map((name) => [
      name,
      bounded(name, atLeast(positive.has(name) ? 1 : 0, name, options[name] ?? numericDefaults[name])),
    ]),
  ) as Record<NumericName, number>;
  if (numbers.maxBatchBytes > LARGEST_BATCH_BYTES) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `maxBatchBytes must be at most ${LARGEST_BATCH_BYTES}, so that a batch stays below the ${MAX_REQUEST_BYTES} bytes of a request.`,
    );
  }
  const { streamPausedMaxWaitTimeMs, signal, events, scheduler, random = Math.random } = options;
  if (streamPausedMaxWaitTimeMs !== undefined) {
    atLeast(0, 'streamPausedMaxWaitTimeMs', streamPausedMaxWaitTimeMs);
  }
  checkSignal(signal);
  checkScheduler(scheduler);
  checkFunction('random', random, 'Math.random');
  if (events !== undefined && (typeof events !== 'object' || events === null)) {
    throw new ZerobusError('INVALID_OPTIONS', 'events must be an observer: pass { next: (event) => … }.');
  }
  return {
    ...numbers,
    recovery: options.recovery ?? recoverDefaults.recovery,
    streamPausedMaxWaitTimeMs,
    signal,
    events,
    scheduler: scheduler ?? asyncScheduler,
    turnScheduler: scheduler ?? asapScheduler,
    random,
  };
}

function bounded(name: NumericName, value: number): number {
  return name.endsWith('Ms') ? Math.min(value, MAX_TIMER_MS) : value;
}
