import { Observable, type Observer, type OperatorFunction } from 'rxjs';
import type { TokenCache } from '../lib/auth/tokenCache.ts';
import { type ConnectionOptions, connectionOptionNames } from '../lib/connection.ts';
import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import { ingestSource } from '../lib/stream/ingestSource.ts';
import { operatorIngestion, valuesFor } from '../lib/stream/operatorIngestion.ts';
import type { Overflow } from '../lib/stream/overflow.ts';
import type { PartitionBy } from '../lib/stream/partition.ts';
import { checkRejected, type Rejected, rejectionTaker } from '../lib/stream/rejected.ts';
import { type StreamOptions, streamOptionNames } from '../lib/stream/streamOptions.ts';
import type { ZerobusRecord } from '../lib/stream/streamTable.ts';
import { watermarkForm } from '../lib/stream/watermarkForm.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import type { Transport } from '../lib/transport/transport.ts';

/** Options of {@link toZerobus}: the connection, the stream, and the records. */
export interface ToZerobusOptions<Row = ZerobusRecord> extends ConnectionOptions, StreamOptions {
  /**
   * One serialized `google.protobuf.DescriptorProto` (not a FileDescriptorSet), which makes this a PROTO stream: its
   * records are serialized messages, as `Uint8Array`s. Defaults to a JSON stream, whose records are plain objects or
   * JSON strings.
   */
  readonly descriptor?: Uint8Array | undefined;
  /**
   * Notified with `true` when the records that are not durable reach half of `maxInflightRecords` or
   * `maxInflightBytes`, or when 1 MiB (or 4 `maxBatchBytes`, if that is more) waits for the connection. Notified with
   * `false` when a quarter of both limits and half of that backlog are left, and when the operator is subscribed to
   * again after a stream that has ended above that. The operator never completes the observer. To slow down a `pull`,
   * pass the same `BehaviorSubject<boolean>` as its `paused$`.
   */
  readonly backpressure?: Partial<Observer<boolean>> | undefined;
  /**
   * The cache of tokens. Defaults to the cache of the process, in which streams with the same workspace, credentials,
   * table, proxy and `tls` share a token.
   */
  readonly tokenCache?: TokenCache | undefined;
  /**
   * Takes in a record that cannot become durable: it cannot be serialized, is too large, does not fit the table
   * definition, or the service refuses it for its content. The stream goes on without it. The watermark does not pass
   * the record before what this returns has completed, so a dead letter can be durable before the source forgets it. If
   * that errors, the stream ends with `REJECTION_FAILED`. If nothing is returned, the watermark passes at once. To find
   * the one that the service refuses, records are sent again in smaller and smaller batches. Defaults to an error of
   * the stream.
   */
  readonly rejected?: Rejected<unknown> | undefined;
  /**
   * The number of streams that the records are spread over, each with a connection of its own: the service bounds the
   * rate of a stream, not that of a table. They share the limits of what is in flight, and the watermark is that of the
   * source. If one breaks, it recovers by itself, and the others go on. Each has its own `recoveryRetries`: if one that
   * has records uses them up, all end, since the watermark cannot pass its records. One without records is tried again
   * as long as others make progress. The records are in order only per key of `partitionBy`. At most 10,000. Defaults
   * to `1`.
   */
  readonly streams?: number | undefined;
  /**
   * Returns the key of a record, such as its device: a string, a number or another primitive. Records with the same key
   * go through the same stream, so they keep their order. A record for which it throws is rejected. It is not called if
   * `streams` is 1, since all records are in order then. Defaults to none: a record goes through any stream, and there
   * is no order if there are several.
   */
  readonly partitionBy?: PartitionBy<Row> | undefined;
  /**
   * What happens if the source is faster than the service: `error` ends the stream with `BUFFER_OVERFLOW`, `dropNewest`
   * drops the values that arrive while the limits of what is in flight are reached, and `dropOldest` drops the oldest
   * records that were not sent, to make room. What was sent is never dropped. The watermark passes dropped values, and
   * `events` reports them. Defaults to `error`.
   */
  readonly overflow?: Overflow | undefined;
  /** @internal Opens calls instead of gRPC to `endpoint`, for specs. If given, no connection option is required. */
  readonly transport?: Transport | undefined;
}

/** The options of a source that is not asked for its values, and of several streams. A writable has none of them. */
export type SourceOptionName = 'backpressure' | 'streams' | 'partitionBy' | 'overflow';

/** The names of {@link ToZerobusOptions} without those of {@link SourceOptionName}. */
export const sinkOptionNames: NamesOf<Omit<ToZerobusOptions, SourceOptionName>> = {
  ...connectionOptionNames,
  ...streamOptionNames,
  descriptor: true,
  tokenCache: true,
  rejected: true,
  transport: false,
};

/** The names of {@link ToZerobusOptions}. */
export const toZerobusOptionNames: NamesOf<ToZerobusOptions> = {
  ...sinkOptionNames,
  backpressure: true,
  streams: true,
  partitionBy: true,
  overflow: true,
};

/**
 * Checks the names of {@link ToZerobusOptions}.
 *
 * @param subject the function that has them
 * @param known the names. Defaults to those of `toZerobus`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if a name is not known
 */
export function checkToZerobusNames(
  subject: string,
  options: object,
  known: Readonly<Record<string, boolean>> = toZerobusOptionNames,
): void {
  checkNames(subject, options, known, { paused: 'backpressure' });
}

/** {@link ToZerobusOptions} of a PROTO stream. */
export type ToZerobusProtoOptions = ToZerobusOptions<Uint8Array> & { readonly descriptor: Uint8Array };

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
  options?: ToZerobusOptions<Row>,
): OperatorFunction<Row | Uint8Array, number>;
export function toZerobus(table: string, options: ToZerobusProtoOptions): OperatorFunction<Uint8Array, number>;
export function toZerobus<T extends object | string>(
  table: string,
  options?: ToZerobusOptions<T>,
): OperatorFunction<T, number>;
export function toZerobus(
  table: string | TableDefinition<object>,
  options: ToZerobusOptions = {},
): OperatorFunction<ZerobusRecord, number> {
  const { make, rejected } = readArguments('toZerobus', () => {
    checkToZerobusNames('toZerobus', options);
    return { make: operatorIngestion(table, options), rejected: checkRejected(options.rejected) };
  });
  return (source) =>
    new Observable((subscriber) => {
      const values = rejected && valuesFor<ZerobusRecord>(options.overflow);
      const taker = values && rejectionTaker(values, rejected);
      const ingestion = make({ rejectionTaker: taker, values });
      ingestSource(source, ingestion, subscriber, watermarkForm(subscriber, values));
    });
}
