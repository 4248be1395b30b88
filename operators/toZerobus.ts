import { Observable, type Observer, type OperatorFunction, Subject, type Subscriber, takeUntil } from 'rxjs';
import type { TokenCache } from '../lib/auth/tokenCache.ts';
import { type ConnectionOptions, connectionOptionNames } from '../lib/connection.ts';
import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { isZerobusError, type RecordPayload, type ZerobusError } from '../lib/errors/zerobusError.ts';
import type { Ingestion } from '../lib/stream/ingestion.ts';
import { ingestionFactory } from '../lib/stream/ingestionFactory.ts';
import { type StreamOptions, streamOptionNames } from '../lib/stream/streamOptions.ts';
import type { ZerobusRecord } from '../lib/stream/streamTable.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import type { Transport } from '../lib/transport/transport.ts';

/** Options of {@link toZerobus}: the connection, the stream, and the records. */
export interface ToZerobusOptions extends ConnectionOptions, StreamOptions {
  /**
   * One serialized `google.protobuf.DescriptorProto` (not a FileDescriptorSet), which makes this a PROTO stream: its
   * records are serialized messages, as `Uint8Array`s. Defaults to a JSON stream, whose records are plain objects or
   * JSON strings.
   */
  readonly descriptor?: Uint8Array | undefined;
  /**
   * Notified with `true` when the records that are not durable reach half of `maxInflightRecords` or
   * `maxInflightBytes`, or when 1 MiB (or 4 `maxBatchBytes`, if that is more) waits for the connection. Notified with
   * `false` when a quarter of both limits and half of that backlog are left. The operator never completes the observer.
   * To slow down a `pull`, pass the same `BehaviorSubject<boolean>` as its `paused$`.
   */
  readonly backpressure?: Partial<Observer<boolean>> | undefined;
  /**
   * The cache of tokens. Defaults to the cache of the process, in which streams with the same workspace, credentials,
   * table, proxy and `tls` share a token.
   */
  readonly tokenCache?: TokenCache | undefined;
  /** @internal Opens calls instead of gRPC to `endpoint`, for specs. If given, no connection option is required. */
  readonly transport?: Transport | undefined;
}

const optionNames: NamesOf<ToZerobusOptions> = {
  ...connectionOptionNames,
  ...streamOptionNames,
  descriptor: true,
  backpressure: true,
  tokenCache: true,
  transport: false,
};

/**
 * Checks the names of {@link ToZerobusOptions}.
 *
 * @param subject the function that has them
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if a name is not known
 */
export function checkToZerobusNames(subject: string, options: ToZerobusOptions): void {
  checkNames(subject, options, optionNames, { paused: 'backpressure' });
}

/** {@link ToZerobusOptions} of a PROTO stream. */
export type ToZerobusProtoOptions = ToZerobusOptions & { readonly descriptor: Uint8Array };

/**
 * Writes the values of the source into a Delta table through Zerobus, and emits the durable watermark.
 *
 * <span class="informal">Pipe records in, get back the number of the last one that is safe.</span>
 *
 * **Emits** the durable watermark: offset `n` means that the records 0…n of this subscription are durable. The
 * watermark never goes back. It skips numbers if one ack covers many records.
 *
 * **Completes** when the source has completed and its last record is durable.
 *
 * **Errors** with a {@link ZerobusError} if a record cannot be made durable. Its `unacked` holds every record that was
 * accepted and is not known to be durable, in order, as the payload that would have been sent. If the *source* errors,
 * the accepted records become durable first, then the error is forwarded. If a record cannot be serialized
 * (`INVALID_RECORD`) or is too large (`RECORD_TOO_LARGE`), the stream ends in the same way, and `offset` is the number
 * of that record. If the source is faster than the service, the stream ends in `BUFFER_OVERFLOW` at once; see
 * `backpressure`.
 *
 * **Unsubscribing** cancels the call, every timer and a token request at once. Records in flight may or may not become
 * durable. Aborting the option `signal` does the same, and errors with its reason.
 *
 * **Delivery** is at-least-once and in order. A broken connection is replaced (see `recover`), and unacknowledged
 * records are sent again. Each subscription has a state and a stream of its own, even if the same observable is
 * subscribed to twice.
 *
 * @example
 * ```ts
 * import { interval, map, take } from 'rxjs';
 * import { toZerobus } from 'rxjs-zerobus';
 *
 * // Reads ZEROBUS_ENDPOINT, DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.
 * interval(10)
 *   .pipe(
 *     take(100),
 *     map((n) => ({ device: `d${n % 3}`, temp: n, measured_at: Date.now() * 1000 })),
 *     toZerobus('main.iot.readings'),
 *   )
 *   .subscribe({
 *     next: (offset) => console.log(`durable up to record ${offset}`),
 *     error: (error) => console.error(error.code, `${error.unacked?.length} records are not durable`),
 *     complete: () => console.log('every record is durable'),
 *   });
 * ```
 *
 * @param table `catalog.schema.table`, or a definition of the table (see `defineTable`), whose rows are then the
 * records
 * @param options see {@link ToZerobusOptions}; every option has a default or an environment variable
 * @returns an operator from records to the durable watermark
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is
 * malformed or an option is unknown
 */
export function toZerobus<Row extends object>(
  table: TableDefinition<Row>,
  options?: ToZerobusOptions,
): OperatorFunction<Row | Uint8Array, number>;
export function toZerobus(table: string, options: ToZerobusProtoOptions): OperatorFunction<Uint8Array, number>;
export function toZerobus(table: string, options?: ToZerobusOptions): OperatorFunction<object | string, number>;
export function toZerobus(
  table: string | TableDefinition<object>,
  options: ToZerobusOptions = {},
): OperatorFunction<ZerobusRecord, number> {
  checkToZerobusNames('toZerobus', options);
  const { descriptor, backpressure } = options;
  const { make } = ingestionFactory({ table, descriptor }, options, options);
  const onPressure = backpressure === undefined ? undefined : (isHigh: boolean): void => backpressure.next?.(isHigh);
  return (source) => new Observable((subscriber) => run(source, make({ onPressure, overflows: true }), subscriber));
}

function run(
  source: Observable<ZerobusRecord>,
  ingestion: Ingestion<ZerobusRecord>,
  subscriber: Subscriber<number>,
): void {
  /** Forwarded once everything before it is durable: the error of the source, or of a record that was refused. */
  let ending: Ending | undefined;
  const stop$ = new Subject<void>();

  // Added before any subscription, so that a source that emits synchronously sees it too.
  subscriber.add(() => stop$.next());
  subscriber.add(
    ingestion.events$.subscribe({
      next: (event) => {
        if (event.kind === 'durable') {
          subscriber.next(event.offset);
        }
      },
      error: (error) => subscriber.error(ingestion.isAbort(error) ? error : behind(ingestion.failure(error), ending)),
      complete: () => (ending === undefined ? subscriber.complete() : subscriber.error(ending.error)),
    }),
  );
  if (subscriber.closed) {
    return;
  }

  source.pipe(takeUntil(stop$)).subscribe({
    next: (record) => {
      if (ending !== undefined) {
        return;
      }
      const offset = ingestion.nextOffset;
      try {
        ingestion.add(record);
      } catch (error) {
        if (!isZerobusError(error) || error.code === 'BUFFER_OVERFLOW') {
          ingestion.fail(error);
          return;
        }
        ending = { error: error.with({ offset }), refused: error.unacked };
        stop$.next();
      }
    },
    error: (error) => {
      ending = { error, refused: [] };
      ingestion.close();
    },
    complete: () => {
      if (!subscriber.closed) {
        ingestion.close();
      }
    },
  });
}

/** The reason a stream ends before its source has completed. */
interface Ending {
  readonly error: unknown;
  /** The refused record, if it could be serialized. */
  readonly refused: readonly RecordPayload[];
}

/** Adds to the failure of a drain the reason for that drain. */
function behind(failure: ZerobusError, ending: Ending | undefined): ZerobusError {
  if (ending === undefined) {
    return failure;
  }
  return failure.with({ unacked: () => [...failure.unacked, ...ending.refused], sourceError: ending.error });
}
