import { identity, Observable, type OperatorFunction } from 'rxjs';
import { checkFunction } from '../lib/errors/checkFunction.ts';
import type { NamesOf } from '../lib/errors/checkNames.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import { ingestSource } from '../lib/stream/ingestSource.ts';
import { operatorIngestion, valuesFor } from '../lib/stream/operatorIngestion.ts';
import type { PartitionBy } from '../lib/stream/partition.ts';
import { checkRejected, type Rejected, rejectionTaker } from '../lib/stream/rejected.ts';
import type { ZerobusRecord } from '../lib/stream/streamTable.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import { checkToZerobusNames, type ToZerobusOptions, toZerobusOptionNames } from './toZerobus.ts';

/** Options of {@link throughZerobus}: those of `toZerobus`, and which record a value becomes. */
export interface ThroughZerobusOptions<T, Row = ZerobusRecord>
  extends Omit<ToZerobusOptions<Row>, 'rejected' | 'partitionBy'> {
  /**
   * Returns the record of a value, at once, or `undefined` if the value has no record: it then passes in its place in
   * the order. A value for which it throws is rejected. Without the option, `undefined` is refused. Defaults to the
   * value itself.
   */
  readonly row?: ((value: T) => Row | Uint8Array | undefined) | undefined;
  /**
   * Returns the key of a record, which is what `row` has returned. See {@link ToZerobusOptions.partitionBy}.
   */
  readonly partitionBy?: PartitionBy<Row> | undefined;
  /** See {@link ToZerobusOptions.rejected}. The `value` of a rejection is the value of the source. */
  readonly rejected?: Rejected<T> | undefined;
  /**
   * Whether values that `rejected` has taken in are emitted, too, in their place in the order. Then what acknowledges
   * behind the operator acknowledges them as well, in order. Defaults to `false`.
   */
  readonly emitRejected?: boolean | undefined;
}

const optionNames: NamesOf<ThroughZerobusOptions<unknown>> = { ...toZerobusOptionNames, row: true, emitRejected: true };

/**
 * Writes a record for each value of the source into a Delta table through Zerobus, and emits the values once their
 * records are durable, in order.
 *
 * <span class="informal">Acknowledge behind it, and nothing is lost between a broker and the table.</span>
 *
 * **Emits** each value of the source when its record is durable and all values before it have been emitted. Values that
 * `rejected` takes in are not emitted, unless `emitRejected` is set.
 *
 * **Completes** when the source has completed and its last value is emitted or taken in.
 *
 * **Errors** as `toZerobus` does, but `unacked` of the {@link ZerobusError} holds the *values* that were neither
 * emitted nor taken in, in order. Their records may be durable. With `emitRejected`, it holds all that were not
 * emitted.
 *
 * **Unsubscribing**, **delivery** and the limits of what is in flight are those of `toZerobus`. The values wait in
 * memory, and those that wait count towards `maxInflightRecords`.
 *
 * @example
 * ```ts
 * import { concatMap, type Observable } from 'rxjs';
 * import { throughZerobus } from 'rxjs-zerobus';
 *
 * interface Message { readonly body: { device: string; temp: number }; ack(): Promise<void> }
 * declare const messages$: Observable<Message>;
 *
 * messages$
 *   .pipe(
 *     throughZerobus('main.iot.readings', { row: (message) => message.body }),
 *     concatMap((message) => message.ack()),
 *   )
 *   .subscribe();
 * ```
 *
 * @param table `catalog.schema.table`, or a definition of the table (see `defineTable`), whose rows are then the
 * records
 * @param options see {@link ThroughZerobusOptions}
 * @returns an operator that emits the values of its source
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is
 * malformed or an option is unknown
 */
export function throughZerobus<T, Row extends object>(
  table: TableDefinition<Row>,
  options?: ThroughZerobusOptions<T, Row>,
): OperatorFunction<T, T>;
export function throughZerobus<T, Row extends ZerobusRecord = ZerobusRecord>(
  table: string,
  options?: ThroughZerobusOptions<T, Row>,
): OperatorFunction<T, T>;
export function throughZerobus<T>(
  table: string | TableDefinition<object>,
  options: ThroughZerobusOptions<T> = {},
): OperatorFunction<T, T> {
  const { row, make, rejected } = readArguments('throughZerobus', () => {
    checkToZerobusNames('throughZerobus', options, optionNames);
    const { row = identity } = options;
    checkFunction('row', row, '(value) => … ');
    return { row, make: operatorIngestion(table, options), rejected: checkRejected(options.rejected) };
  });
  return (source) =>
    new Observable((subscriber) => {
      const values = valuesFor<T>(options.overflow);
      const taker = rejected && rejectionTaker(values, rejected, options.emitRejected);
      const emit = (value: T): boolean => {
        subscriber.next(value);
        return !subscriber.closed;
      };
      ingestSource(source, make({ rejectionTaker: taker, values }), subscriber, {
        toRecord: row as (value: T) => ZerobusRecord | undefined,
        // Without the option, it is a function in front that has forgotten to return a value.
        skipsUndefined: options.row !== undefined,
        onValue: (value) => values.push(value),
        onDurable: (watermark) => values.take(watermark, emit),
        handBack: (failure) => failure.with<T>({ unacked: () => values.toArray() }),
      });
    });
}
