import { Brand } from './brand.ts';

/**
 * Every code a {@link ZerobusError} can carry: a closed union, so that a `switch` over it can be checked by the
 * compiler.
 *
 * The first group says what went wrong on this side, the second is gRPC's own status names for what the service said.
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
 * What a new connection may mend. Everything else needs a person: other arguments, other grants, another schema.
 * The gRPC part is the complement of the official SDKs' non-retryable set (INVALID_ARGUMENT, UNAUTHENTICATED,
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

/** A record as it is handed back: the JSON text or the protobuf bytes that would have been sent. */
export type RecordPayload = string | Uint8Array;

/** What a {@link ZerobusError} can carry beside its code and message. */
export interface ZerobusErrorOptions {
  /** The error underneath, already free of secrets: it is printed with this one. */
  readonly cause?: unknown;
  /** Overrides what the code says of being retryable. */
  readonly isRetryable?: boolean;
  /**
   * Every record that was handed in and is not known to be durable, in order. Defaults to none. A function is called
   * once, when `unacked` is first read: a million records are not decoded for someone who only prints the message.
   */
  readonly unacked?: readonly RecordPayload[] | (() => readonly RecordPayload[]);
  /** The 0-based offset of the record at fault, where one record is. */
  readonly offset?: number;
  /** Why the schema was rejected, e.g. `['FIELD_NOT_IN_TABLE']`; for `INVALID_SCHEMA`. Defaults to none. */
  readonly schemaCauses?: readonly string[];
  /** The source's own error, where draining after it failed too. */
  readonly sourceError?: unknown;
}

const brand = new Brand('ZerobusError');

/**
 * The one error of this package.
 *
 * `unacked` and `sourceError` are not enumerable, so that logging an error does not print the records it carries.
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
export class ZerobusError extends Error {
  /** `ZerobusError`. */
  override readonly name = 'ZerobusError';
  /** What went wrong; see {@link ZerobusErrorCode}. */
  readonly code: ZerobusErrorCode;
  /** Whether a new connection may mend it. `toZerobus` has already retried such an error when it emits it. */
  readonly isRetryable: boolean;
  /**
   * Every record that was handed in and is not known to be durable, in order, as the payload that would have been sent.
   */
  declare readonly unacked: readonly RecordPayload[];
  /** The 0-based offset of the record at fault, where one record is. */
  declare readonly offset?: number;
  /**
   * Why the schema was rejected (`INVALID_SCHEMA`): e.g. `FIELD_NOT_IN_TABLE`, `MISSING_REQUIRED_COLUMN`,
   * `TYPE_INCOMPATIBLE`.
   */
  readonly schemaCauses: readonly string[];
  /** The source's own error, where the drain that followed it failed too. */
  declare readonly sourceError?: unknown;

  constructor(code: ZerobusErrorCode, message: string, options: ZerobusErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.isRetryable = options.isRetryable ?? retryableCodes.has(code);
    this.schemaCauses = options.schemaCauses ?? [];
    if (options.offset !== undefined) {
      this.offset = options.offset;
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
   * Recognizes errors of another copy of this package too (ESM beside CommonJS), which `instanceof` alone would not.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isZerobusError(value);
  }

  /** @internal Returns a copy with other records or another offset. Code, message, cause and stack stay the same. */
  with(options: Pick<ZerobusErrorOptions, 'unacked' | 'offset' | 'sourceError'>): ZerobusError {
    const copy = new ZerobusError(this.code, this.message, {
      ...('cause' in this ? { cause: this.cause } : {}),
      ...('sourceError' in this ? { sourceError: this.sourceError } : {}),
      ...(this.offset === undefined ? {} : { offset: this.offset }),
      isRetryable: this.isRetryable,
      unacked: () => this.unacked,
      schemaCauses: this.schemaCauses,
      ...options,
    });
    if (this.stack !== undefined) {
      copy.stack = this.stack;
    }
    return copy;
  }
}

/**
 * Whether a value is a {@link ZerobusError}, of whichever copy of this package.
 *
 * @param value anything
 */
export function isZerobusError(value: unknown): value is ZerobusError {
  return brand.isOn(value);
}
