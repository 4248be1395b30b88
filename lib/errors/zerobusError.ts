import { Brand } from './brand.ts';

/**
 * The codes of {@link ZerobusError}: a closed union, so the compiler can check a `switch` over them.
 *
 * Codes up to `STORAGE_FULL` describe failures on this side. Those from `CANCELLED` on are the gRPC statuses of the
 * service.
 */
export type ZerobusErrorCode =
  | 'INVALID_OPTIONS'
  | 'INVALID_TABLE_NAME'
  | 'INVALID_ENDPOINT'
  | 'INVALID_RECORD'
  | 'RECORD_TOO_LARGE'
  | 'INVALID_SCHEMA'
  | 'INVALID_STATE'
  | 'BUFFER_OVERFLOW'
  | 'REJECTION_FAILED'
  | 'TOO_MANY_REJECTIONS'
  | 'COMMIT_FAILED'
  | 'STREAM_CLOSED'
  | 'STREAM_CREATION_TIMEOUT'
  | 'ACK_TIMEOUT'
  | 'FLUSH_TIMEOUT'
  | 'PROTOCOL_ERROR'
  | 'INVALID_CREDENTIALS'
  | 'TOKEN_FETCH_FAILED'
  | 'SCHEMA_FETCH_FAILED'
  | 'HEADERS_PROVIDER_FAILED'
  | 'TLS_FAILED'
  | 'PROXY_FAILED'
  | 'STORAGE_FAILED'
  | 'STORAGE_FULL'
  | 'CANCELLED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED';

/**
 * Failures that a new connection may fix. All others need different arguments, grants or schemas.
 *
 * The gRPC statuses are those that the official SDKs do not list as non-retryable (INVALID_ARGUMENT, UNAUTHENTICATED,
 * PERMISSION_DENIED, OUT_OF_RANGE, UNIMPLEMENTED, NOT_FOUND).
 */
const retryableCodes: ReadonlySet<ZerobusErrorCode> = new Set<ZerobusErrorCode>([
  'STREAM_CREATION_TIMEOUT',
  'ACK_TIMEOUT',
  'PROTOCOL_ERROR',
  'TOKEN_FETCH_FAILED',
  'SCHEMA_FETCH_FAILED',
  'PROXY_FAILED',
  'CANCELLED',
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'ALREADY_EXISTS',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** A serialized record: the JSON text or protobuf bytes that would have been sent. */
export type RecordPayload = string | Uint8Array;

/** The first and the last of consecutive offsets. */
export interface OffsetRange {
  /** The first offset. */
  readonly first: number;
  /** The last offset, which may be the first one. */
  readonly last: number;
}

/** Options of the {@link ZerobusError} constructor. */
export interface ZerobusErrorOptions<Unacked = RecordPayload> {
  /** The underlying error. It is printed with this one, so it must not contain secrets. */
  readonly cause?: unknown;
  /** Whether a new connection may fix it. Defaults to what the code implies. */
  readonly isRetryable?: boolean;
  /**
   * Every record that was submitted and is not known to be durable, in order. Defaults to `[]`. A function is called
   * once, when `unacked` is first read, so printing the message does not decode a million records.
   */
  readonly unacked?: readonly Unacked[] | (() => readonly Unacked[]);
  /** The 0-based offset of the record that caused the error, if a single one did. */
  readonly offset?: number;
  /** The offsets of the records one of which caused the error, if it is not known which one. */
  readonly offsets?: OffsetRange;
  /** The reasons for `INVALID_SCHEMA`, e.g. `['FIELD_NOT_IN_TABLE']`. Defaults to `[]`. */
  readonly schemaCauses?: readonly string[];
  /** The error of the source, if making the rest durable after it failed, too. */
  readonly sourceError?: unknown;
  /** The shortest wait before a retry in ms, if the server asked for one. */
  readonly retryAfterMs?: number;
}

const brand = new Brand('ZerobusError');

/**
 * The error class of this package.
 *
 * `unacked` and `sourceError` are not enumerable, so logging an error does not print its records.
 *
 * @example
 * ```ts
 * import { isZerobusError, toZerobus } from 'rxjs-zerobus';
 *
 * readings$.pipe(toZerobus('main.iot.readings')).subscribe({
 *   error: (error: unknown) => {
 *     if (isZerobusError(error)) console.error(error.code, `${error.unacked.length} records are not durable`);
 *   },
 * });
 * ```
 */
export class ZerobusError<Unacked = RecordPayload> extends Error {
  /** `ZerobusError`. */
  override readonly name = 'ZerobusError';
  /** The kind of failure, see {@link ZerobusErrorCode}. */
  readonly code: ZerobusErrorCode;
  /** Whether a new connection may fix it. `toZerobus` has already retried such an error when it emits it. */
  readonly isRetryable: boolean;
  /**
   * Every record that was submitted and is not known to be durable, in order, as the payload that would have been sent.
   * An error of `throughZerobus` has the values of the source instead.
   */
  declare readonly unacked: readonly Unacked[];
  /** The 0-based offset of the record that caused the error, if a single one did. */
  declare readonly offset?: number;
  /**
   * The offsets of the records one of which the service has refused, if it is not known which one. The option
   * `rejected` finds it.
   */
  declare readonly offsets?: OffsetRange;
  /**
   * The reasons for `INVALID_SCHEMA`, e.g. `FIELD_NOT_IN_TABLE`, `MISSING_REQUIRED_COLUMN`, `TYPE_INCOMPATIBLE`.
   * Empty for other codes.
   */
  readonly schemaCauses: readonly string[];
  /** The error of the source, if making the rest durable after it failed, too. */
  declare readonly sourceError?: unknown;
  /** The shortest wait before a retry in ms, if the server asked for one (`Retry-After`), at most 60,000. */
  declare readonly retryAfterMs?: number;

  constructor(code: ZerobusErrorCode, message: string, options: ZerobusErrorOptions<Unacked> = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.isRetryable = options.isRetryable ?? retryableCodes.has(code);
    this.schemaCauses = options.schemaCauses ?? [];
    if (options.offset !== undefined) {
      this.offset = options.offset;
    }
    if (options.offsets !== undefined) {
      this.offsets = options.offsets;
    }
    if (options.retryAfterMs !== undefined) {
      this.retryAfterMs = options.retryAfterMs;
    }
    const { unacked = [] } = options;
    let records = typeof unacked === 'function' ? undefined : unacked;
    Object.defineProperty(this, 'unacked', {
      get: () => {
        records ??= typeof unacked === 'function' ? unacked() : unacked;
        return records;
      },
    });
    if ('sourceError' in options) {
      Object.defineProperty(this, 'sourceError', { value: options.sourceError });
    }
    brand.mark(this);
  }

  /**
   * Makes `instanceof` recognize errors of another copy of this package, too, such as ESM beside CommonJS.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isZerobusError(value);
  }

  /** @internal Returns a copy with other records, another offset or another message. The rest stays the same. */
  with<Other = Unacked>({
    message = this.message,
    ...options
  }: Pick<ZerobusErrorOptions<Other>, 'unacked' | 'offset' | 'offsets' | 'sourceError' | 'retryAfterMs'> & {
    readonly message?: string;
  }): ZerobusError<Other> {
    const copy = new ZerobusError<Other>(this.code, message, {
      ...('cause' in this ? { cause: this.cause } : {}),
      ...('sourceError' in this ? { sourceError: this.sourceError } : {}),
      ...(this.offset === undefined ? {} : { offset: this.offset }),
      ...(this.offsets === undefined ? {} : { offsets: this.offsets }),
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      isRetryable: this.isRetryable,
      unacked: () => this.unacked as readonly unknown[] as readonly Other[],
      schemaCauses: this.schemaCauses,
      ...options,
    });
    if (this.stack !== undefined) {
      copy.stack = this.stack.replace(this.message, () => message);
    }
    return copy;
  }
}

/**
 * Tests whether a value is a {@link ZerobusError}, of this or another copy of the package.
 *
 * @param value the value to test
 */
export function isZerobusError(value: unknown): value is ZerobusError {
  return brand.isOn(value);
}
