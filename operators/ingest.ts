import { BehaviorSubject, defer, type Observable, type OperatorFunction } from 'rxjs';
import { readArguments } from '../lib/errors/readArguments.ts';
import { checkRecords } from '../lib/inputs/checkInput.ts';
import type { ZerobusRecord } from '../lib/stream/streamTable.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import { type PullInput, pull } from './pull.ts';
import { checkToZerobusNames, type ToZerobusOptions, type ToZerobusProtoOptions, toZerobus } from './toZerobus.ts';

/**
 * Writes an iterable or a stream into a Delta table through Zerobus, and emits the durable watermark.
 *
 * <span class="informal">For files and queues: memory stays bounded, however slow the service is.</span>
 *
 * `ingest` is {@link pull} and {@link toZerobus} with backpressure between them. The input is read only as fast as its
 * records become durable, and at most half of `maxInflightRecords` and `maxInflightBytes` ahead. Emits, completes and
 * errors as `toZerobus` does.
 *
 * @example
 * ```ts
 * import { ingest, ndjson } from 'rxjs-zerobus';
 *
 * ingest(ndjson('readings.ndjson'), 'main.iot.readings').subscribe({
 *   complete: () => console.log('the whole file is durable'),
 * });
 * ```
 *
 * @param input an iterable, an async iterable, a Node `Readable` or a web `ReadableStream` of records; {@link ndjson}
 * reads the lines of a file
 * @param table `catalog.schema.table`, or a definition of the table
 * @param options see {@link ToZerobusOptions}
 * @returns an Observable of the durable watermark
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is
 * malformed, an option is unknown, or the input has no records: a string, bytes, a stream of bytes or a readline
 * interface
 */
export function ingest<Row extends object>(
  input: PullInput<Row | Uint8Array>,
  table: TableDefinition<Row>,
  options?: ToZerobusOptions<Row>,
): Observable<number>;
export function ingest(input: PullInput<Uint8Array>, table: string, options: ToZerobusProtoOptions): Observable<number>;
export function ingest<T extends object | string>(
  input: PullInput<T>,
  table: string,
  options?: ToZerobusOptions<T>,
): Observable<number>;
export function ingest(
  input: PullInput<ZerobusRecord>,
  table: string | TableDefinition<object>,
  options: ToZerobusOptions = {},
): Observable<number> {
  readArguments('ingest', () => {
    checkRecords(input);
    // Checks the arguments now, not at subscription.
    checkToZerobusNames('ingest', options);
    sinkOf(table, options);
  });
  return defer(() => {
    const paused$ = new BehaviorSubject(false);
    const backpressure = {
      next: (isPaused: boolean): void => {
        // Before the input: it may resume from within, and change the backpressure again.
        options.backpressure?.next?.(isPaused);
        paused$.next(isPaused);
      },
    };
    return pull(input, paused$, options.scheduler).pipe(sinkOf(table, { ...options, backpressure }));
  });
}

/** Accepts records of any kind. The overloads of `toZerobus` are for users. */
const sinkOf = toZerobus as (
  table: string | TableDefinition<object>,
  options: ToZerobusOptions,
) => OperatorFunction<ZerobusRecord, number>;
