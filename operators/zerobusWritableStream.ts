import { ZerobusWritableStream } from '../lib/sinks/zerobusWritableStream.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import { resolveWritable, type ZerobusWritableOptions } from './zerobusWritable.ts';

/**
 * Creates a web `WritableStream` that writes its chunks into a Delta table through Zerobus.
 *
 * <span class="informal">For `pipeTo()`: it closes when every record is durable.</span>
 *
 * **Backpressure**: a write waits for room in flight, not until the record is durable. Without room, chunks wait in the
 * stream, and from `highWaterMark` on, `desiredSize` is 0 and `ready` is pending.
 *
 * **Closes** when every record is durable.
 *
 * **Errors** as `toZerobus` does. `unacked` of the {@link ZerobusError} and of the stream have every record that was
 * written and is not known to be durable, in order.
 *
 * **Aborting** it cancels everything at once. `unacked` of the stream has the records then. `pipeTo` aborts it if its
 * source fails.
 *
 * @example
 * ```ts
 * import { zerobusWritableStream } from 'rxjs-zerobus';
 *
 * await ReadableStream.from(records).pipeTo(zerobusWritableStream('main.iot.readings'));
 * console.log('every record is durable');
 * ```
 *
 * @param table `catalog.schema.table`, or a definition of the table, whose rows are then the records
 * @param options see {@link ZerobusWritableOptions}
 * @returns a stream that connects at once
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is
 * malformed or an option is unknown
 */
export function zerobusWritableStream<Row extends object>(
  table: TableDefinition<Row>,
  options?: ZerobusWritableOptions,
): ZerobusWritableStream<Row | Uint8Array>;
export function zerobusWritableStream(table: string, options?: ZerobusWritableOptions): ZerobusWritableStream;
export function zerobusWritableStream(
  table: string | TableDefinition<object>,
  options: ZerobusWritableOptions = {},
): ZerobusWritableStream<never> {
  return new ZerobusWritableStream(...resolveWritable('zerobusWritableStream', table, options));
}
