import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { integerAtLeast } from '../lib/errors/checkNumber.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import type { RecordSinkParts } from '../lib/sinks/recordSink.ts';
import { turnScheduler } from '../lib/sinks/turnScheduler.ts';
import { ZerobusWritable } from '../lib/sinks/zerobusWritable.ts';
import { ingestionFactory } from '../lib/stream/ingestionFactory.ts';
import { checkRejected } from '../lib/stream/rejected.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import { type SourceOptionName, sinkOptionNames, type ToZerobusOptions } from './toZerobus.ts';

/** Options of {@link zerobusWritable} and `zerobusWritableStream`: those of `toZerobus`, and the size of the buffer. */
export interface ZerobusWritableOptions extends Omit<ToZerobusOptions, SourceOptionName> {
  /**
   * The number of records that wait in the stream while there is no room in flight, at least 1. At this number, `write`
   * returns `false`, and `desiredSize` is 0. Defaults to `16`.
   */
  readonly highWaterMark?: number | undefined;
}

const optionNames: NamesOf<ZerobusWritableOptions> = { ...sinkOptionNames, highWaterMark: true };

/** The number of objects that Node streams buffer by default. */
const DEFAULT_HIGH_WATER_MARK = 16;

/**
 * Checks {@link ZerobusWritableOptions}.
 *
 * @param subject the function that has them
 * @returns what the stream is made of, and its `highWaterMark`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` and others, as {@link zerobusWritable}
 */
export function resolveWritable(
  subject: string,
  table: string | TableDefinition<object>,
  options: ZerobusWritableOptions,
): readonly [parts: RecordSinkParts, highWaterMark: number] {
  return readArguments(subject, () => {
    checkNames(subject, options, optionNames);
    const { descriptor, highWaterMark = DEFAULT_HIGH_WATER_MARK } = options;
    const { make, stream } = ingestionFactory({ table, descriptor }, options, options);
    const rejected = checkRejected(options.rejected);
    const ownTurns = options.scheduler === undefined ? { stream: { ...stream, turnScheduler } } : {};
    return [
      { make: (more) => make({ ...more, ...ownTurns }), rejected },
      integerAtLeast(1, 'highWaterMark', highWaterMark),
    ];
  });
}

/**
 * Creates a Node `Writable` in object mode that writes its chunks into a Delta table through Zerobus.
 *
 * <span class="informal">For `pipeline()`: it finishes when every record is durable.</span>
 *
 * **Backpressure**: the callback of a write waits for room in flight, not until the record is durable. Without room,
 * chunks wait in the stream, and from `highWaterMark` on, `write` returns `false`.
 *
 * **Finishes** when the stream was ended and every record is durable. The event `durable` has the watermark meanwhile:
 * offset `n` means that the records 0…n are durable.
 *
 * **Errors** as `toZerobus` does, and is then destroyed. `unacked` of the {@link ZerobusError} and of the stream have
 * every record that was written and is not known to be durable, in order.
 *
 * **Destroying** it cancels everything at once. `unacked` of the stream has the records then. A `pipeline` destroys it
 * if another of its streams fails.
 *
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { zerobusWritable } from 'rxjs-zerobus';
 *
 * const table = zerobusWritable('main.iot.readings');
 * table.on('durable', (offset: number) => console.log(`durable up to record ${offset}`));
 * try {
 *   await pipeline(Readable.from(records), table);
 *   console.log('every record is durable');
 * } catch (error) {
 *   console.error(error, `${table.unacked.length} records are not durable`);
 * }
 * ```
 *
 * @param table `catalog.schema.table`, or a definition of the table, whose rows are then the records
 * @param options see {@link ZerobusWritableOptions}
 * @returns a stream that connects at once
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is
 * malformed or an option is unknown
 */
export function zerobusWritable<Row extends object>(
  table: TableDefinition<Row>,
  options?: ZerobusWritableOptions,
): ZerobusWritable;
export function zerobusWritable(table: string, options?: ZerobusWritableOptions): ZerobusWritable;
export function zerobusWritable(
  table: string | TableDefinition<object>,
  options: ZerobusWritableOptions = {},
): ZerobusWritable {
  return new ZerobusWritable(...resolveWritable('zerobusWritable', table, options));
}
