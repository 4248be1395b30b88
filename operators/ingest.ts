import { BehaviorSubject, defer, type Observable, type OperatorFunction } from 'rxjs';
import type { ZerobusRecord } from '../lib/stream/streamTable.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import { type PullInput, pull } from './pull.ts';
import { type ToZerobusOptions, type ToZerobusProtoOptions, toZerobus } from './toZerobus.ts';

/**
 * Writes what can be pulled into a Delta table through Zerobus, and emits how far it is durable.
 *
 * <span class="informal">For files and queues: memory stays bounded however slow the service is.</span>
 *
 * {@link pull} and {@link toZerobus} with the brake connected: the input is read only as fast as the connection takes
 * its records and they become durable, at most half of `maxInflightRecords` and `maxInflightBytes` ahead. Emits,
 * completes and errors as `toZerobus` does.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { createInterface } from 'node:readline';
 * import { ingest } from 'rxjs-zerobus';
 *
 * const lines = createInterface({ input: createReadStream('readings.ndjson') });
 * ingest(lines, 'main.iot.readings').subscribe({ complete: () => console.log('the whole file is durable') });
 * ```
 *
 * @param input an iterable, an async iterable, a Node `Readable` or a web `ReadableStream` of records
 * @param table `catalog.schema.table`
 * @param options as for `toZerobus`
 * @throws ZerobusError `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS`, at once
 */
export function ingest<Row extends object>(
  input: PullInput<Row | Uint8Array>,
  table: TableDefinition<Row>,
  options?: ToZerobusOptions,
): Observable<number>;
export function ingest(input: PullInput<Uint8Array>, table: string, options: ToZerobusProtoOptions): Observable<number>;
export function ingest(
  input: PullInput<object | string>,
  table: string,
  options?: ToZerobusOptions,
): Observable<number>;
export function ingest(
  input: PullInput<ZerobusRecord>,
  table: string | TableDefinition<object>,
  options: ToZerobusOptions = {},
): Observable<number> {
  // Checked now, not when somebody subscribes.
  sinkOf(table, options);
  return defer(() => {
    const paused$ = new BehaviorSubject(false);
    const backpressure = {
      next: (isPaused: boolean): void => {
        // Before the input, which may be read from within and change it again.
        options.backpressure?.next?.(isPaused);
        paused$.next(isPaused);
      },
    };
    return pull(input, paused$, options.scheduler).pipe(sinkOf(table, { ...options, backpressure }));
  });
}

/** The overloads of `toZerobus` tell users what a record is; here it is of any kind. */
const sinkOf = toZerobus as (
  table: string | TableDefinition<object>,
  options: ToZerobusOptions,
) => OperatorFunction<ZerobusRecord, number>;
