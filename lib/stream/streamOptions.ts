import { asapScheduler, asyncScheduler, type SchedulerLike } from 'rxjs';
import { atLeast, MAX_TIMER_MS } from '../errors/checkNumber.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';

/** How a stream behaves. Names and defaults are those of the official SDKs, where they have the option. */
export interface StreamOptions {
  /**
   * The most records that may be accepted and not yet durable, at least 1. At one more, `toZerobus` errors with
   * `BUFFER_OVERFLOW`, and a `ZerobusStream` makes its caller wait. Defaults to `1000000`.
   */
  readonly maxInflightRecords?: number | undefined;
  /** The same for the bytes of these records in their wire form, at least 1. Defaults to `268435456` (256 MiB). */
  readonly maxInflightBytes?: number | undefined;
  /** How many records at most travel as one batch, at least 1. Defaults to `100000`. */
  readonly maxBatchRecords?: number | undefined;
  /** After how many bytes a batch is full, 1 to `3000000`. Defaults to `65536` (64 KiB). */
  readonly maxBatchBytes?: number | undefined;
  /**
   * For how long a batch that is not full may wait for more records, in milliseconds. At 0 a lone record leaves in the
   * same turn of the event loop, and batches grow by themselves while the connection is busy. Defaults to `0`.
   */
  readonly lingerMs?: number | undefined;
  /** Whether a broken connection is replaced and what was not acknowledged is sent again. Defaults to `true`. */
  readonly recovery?: boolean | undefined;
  /**
   * How long one attempt to open a stream may take, token and connection included, in milliseconds; then it fails with
   * `STREAM_CREATION_TIMEOUT`. Defaults to `15000`.
   */
  readonly recoveryTimeoutMs?: number | undefined;
  /**
   * The upper bound of the first wait before a reconnection, in milliseconds; each further wait doubles it. A wait is
   * random between 0 and its bound. Defaults to `2000`.
   */
  readonly recoveryBackoffMs?: number | undefined;
  /** The upper bound of every such wait, in milliseconds. Defaults to `30000`. */
  readonly recoveryBackoffMaxMs?: number | undefined;
  /** How many failures without durable progress in between are recovered from. Defaults to `4`. */
  readonly recoveryRetries?: number | undefined;
  /**
   * For how long nothing may become durable while something is in flight, in milliseconds; then the connection fails
   * with `ACK_TIMEOUT`. Defaults to `60000`.
   */
  readonly serverLackOfAckTimeoutMs?: number | undefined;
  /**
   * How long what was accepted may take to become durable once the source has ended, or after `flush` or `close`, in
   * milliseconds; then it is `FLUSH_TIMEOUT`. Defaults to `300000`.
   */
  readonly flushTimeoutMs?: number | undefined;
  /**
   * The most that is waited for acks when the service announces that it will close the connection, in milliseconds.
   * Defaults to what the service announces.
   */
  readonly streamPausedMaxWaitTimeMs?: number | undefined;
  /**
   * Where all time comes from: a `TestScheduler` in specs. Defaults to rxjs' `asyncScheduler`, and `asapScheduler` for
   * what leaves at the end of the turn.
   */
  readonly scheduler?: SchedulerLike | undefined;
  /** A number from 0 up to 1, for the jitter of the backoff. Defaults to `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** {@link StreamOptions} with every default in its place. */
export type ResolvedStreamOptions = {
  readonly [Name in Exclude<keyof StreamOptions, Optional>]-?: NonNullable<StreamOptions[Name]>;
} & Pick<StreamOptions, Optional> & {
    /** Runs what leaves at the end of a turn. Defaults to rxjs' `asapScheduler`. */
    readonly turnScheduler: SchedulerLike;
  };

type Optional = 'streamPausedMaxWaitTimeMs';

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
} as const;

type NumericName = keyof typeof numericDefaults;

/** The options for which zero makes no sense. */
const positive: ReadonlySet<NumericName> = new Set<NumericName>([
  'maxInflightRecords',
  'maxInflightBytes',
  'maxBatchRecords',
  'maxBatchBytes',
]);

/**
 * Text that is not ASCII may turn out three times as large as it is counted, and has to fit one request all the same.
 */
const LARGEST_BATCH_BYTES = 3_000_000;

/**
 * Fills in the defaults.
 *
 * @throws ZerobusError `INVALID_OPTIONS` where an option is no number or out of range
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
  const { streamPausedMaxWaitTimeMs, scheduler, random = Math.random } = options;
  if (streamPausedMaxWaitTimeMs !== undefined) {
    atLeast(0, 'streamPausedMaxWaitTimeMs', streamPausedMaxWaitTimeMs);
  }
  return {
    ...numbers,
    recovery: options.recovery ?? recoverDefaults.recovery,
    streamPausedMaxWaitTimeMs,
    scheduler: scheduler ?? asyncScheduler,
    turnScheduler: scheduler ?? asapScheduler,
    random,
  };
}

function bounded(name: NumericName, value: number): number {
  return name.endsWith('Ms') ? Math.min(value, MAX_TIMER_MS) : value;
}
