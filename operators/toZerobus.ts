import { Observable, type Observer, type OperatorFunction, Subject, type Subscriber, takeUntil } from 'rxjs';
import type { TokenCache } from '../lib/auth/tokenCache.ts';
import type { ConnectionOptions } from '../lib/connection.ts';
import { isZerobusError, type RecordPayload, type ZerobusError } from '../lib/errors/zerobusError.ts';
import type { Ingestion } from '../lib/stream/ingestion.ts';
import { ingestionFactory } from '../lib/stream/ingestionFactory.ts';
import type { StreamOptions } from '../lib/stream/streamOptions.ts';
import type { ZerobusRecord } from '../lib/stream/streamTable.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import type { Transport } from '../lib/transport/transport.ts';

/** What {@link toZerobus} can be told: where the service is, how the stream behaves, and what its records are. */
export interface ToZerobusOptions extends ConnectionOptions, StreamOptions {
  /**
   * One serialized `google.protobuf.DescriptorProto` (not a FileDescriptorSet), which makes it a PROTO stream: its
   * records are serialized messages, `Uint8Array`s. Without it, it is a JSON stream: its records are plain objects or
   * JSON strings.
   */
  readonly descriptor?: Uint8Array | undefined;
  /**
   * Told `true` when what is not durable reaches half of `maxInflightRecords` or `maxInflightBytes`, or when 1 MiB (or
   * 4 `maxBatchBytes`, where that is more) waits for the connection, and `false` when it is down to a quarter of both
   * and half of that. A `BehaviorSubject<boolean>` that also is the `paused$` of `pull` closes the loop.
   */
  readonly backpressure?: Partial<Observer<boolean>> | undefined;
  /**
   * Where tokens are kept: give the same to several streams to have them share. Defaults to one of the stream's own.
   */
  readonly tokenCache?: TokenCache | undefined;
  /** How calls are opened, in place of gRPC to `endpoint`: for specs. No connection option is needed then. */
  readonly transport?: Transport | undefined;
}

/** {@link ToZerobusOptions} of a PROTO stream. */
export type ToZerobusProtoOptions = ToZerobusOptions & { readonly descriptor: Uint8Array };

/**
 * Writes the source's values into a Delta table through Zerobus, and emits how far they are durable.
 *
 * <span class="informal">Pipe records in, get back the number of the last one that is safe.</span>
 *
 * **Emits** the durable watermark: offset `n` says that the records 0…n of this subscription are durable. It never goes
 * back, and skips numbers where one ack covers many records.
 *
 * **Completes** once the source has completed and its last record is durable.
 *
 * **Errors** with a {@link ZerobusError} where something cannot be made durable; its `unacked` holds every record that
 * was handed in and is not known to be durable, in order, as the payload that would have been sent. Where the *source*
 * errors, what was accepted is made durable first, then that error is forwarded. A record that cannot be serialized
 * (`INVALID_RECORD`) or is too large (`RECORD_TOO_LARGE`) ends the stream in the same way; `offset` tells which one it
 * was. A source that is faster than the service ends in `BUFFER_OVERFLOW`, at once: see `backpressure`.
 *
 * **Unsubscribing** cancels the call, every timer and a token request at once. What was in flight may or may not become
 * durable.
 *
 * **Delivery** is at-least-once and in order: a connection that breaks is replaced (see `recover`), and what was not
 * acknowledged on it is sent again. State is born with each subscription: each opens a stream of its own, also when the
 * source is subscribed to twice.
 *
 * @example
 * ```ts
 * import { interval, map, take } from 'rxjs';
 * import { toZerobus } from 'rxjs-zerobus';
 *
 * // ZEROBUS_ENDPOINT, DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET say where and who.
 * interval(10)
 *   .pipe(take(100), map((n) => ({ device: `d${n % 3}`, temp: n, at: Date.now() * 1000 })),
 *   toZerobus('main.iot.readings')) .subscribe({ next: (offset) => console.log(`durable up to record ${offset}`),
 *   error: (error) => console.error(error.code, `${error.unacked?.length} records are not durable`), complete: () =>
 *   console.log('every record is durable'), });
 * ```
 *
 * @param table `catalog.schema.table`; or a definition of the table (see `defineTable`), whose rows then are the
 * records
 * @param options see {@link ToZerobusOptions}; everything has a default or an environment variable
 * @returns an operator from records to the durable watermark
 * @throws ZerobusError `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS`, at once, before anything is
 * subscribed to
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
  const { descriptor, backpressure } = options;
  const { make } = ingestionFactory({ table, descriptor }, options, options);
  const onPressure = backpressure === undefined ? undefined : (isHigh: boolean): void => backpressure.next?.(isHigh);
  return (source) => new Observable((subscriber) => run(source, make(onPressure), subscriber));
}

function run(
  source: Observable<ZerobusRecord>,
  ingestion: Ingestion<ZerobusRecord>,
  subscriber: Subscriber<number>,
): void {
  /** What is forwarded once everything before it is durable: the source's own error, or a record that was refused. */
  let ending: Ending | undefined;
  const stop$ = new Subject<void>();

  // Added before anything is subscribed to, so that a source that emits synchronously sees it too.
  subscriber.add(() => stop$.next());
  subscriber.add(
    ingestion.events$.subscribe({
      next: (event) => {
        if (event.kind === 'durable') {
          subscriber.next(event.offset);
        }
      },
      error: (error) => subscriber.error(behind(ingestion.failure(error), ending)),
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
        ingestion.push(record);
      } catch (error) {
        if (!isZerobusError(error) || error.code === 'BUFFER_OVERFLOW') {
          subscriber.error(ingestion.failure(error));
          return;
        }
        ending = { error: error.with({ offset }), refused: error.unacked };
        stop$.next();
      }
    },
    error: (error) => {
      ending = { error, refused: [] };
      ingestion.finish();
    },
    complete: () => {
      if (!subscriber.closed) {
        ingestion.finish();
      }
    },
  });
}

/** Why a stream ends before its source has completed. */
interface Ending {
  readonly error: unknown;
  /** The record that was refused, as far as it could be serialized. */
  readonly refused: readonly RecordPayload[];
}

/** The failure of a drain, with the reason why there was one. */
function behind(failure: ZerobusError, ending: Ending | undefined): ZerobusError {
  if (ending === undefined) {
    return failure;
  }
  return failure.with({ unacked: () => [...failure.unacked, ...ending.refused], sourceError: ending.error });
}
