/**
 * What `partitionBy` is called with, as far as the compiler knows. The code never runs. It is compiled with the specs,
 * and compilation fails if a line that is marked as an error compiles.
 */
import type { Observable } from 'rxjs';
import { defineTable, ingest, throughZerobus, toZerobus } from '../../index.ts';

interface Reading {
  readonly device: string;
  readonly temp: number;
}
interface Message {
  readonly topic: string;
  readonly body: Reading | undefined;
}
/** Never called. */
export function typesOfPartitions(
  readings$: Observable<Reading>,
  messages$: Observable<Message>,
  stored: readonly Reading[],
): void {
  const table = defineTable('main.iot.readings', (t) => ({ device: t.string().notNull(), temp: t.int().notNull() }));

  readings$.pipe(toZerobus('main.iot.readings', { streams: 2, partitionBy: ({ device }) => device }));
  readings$.pipe(toZerobus(table, { streams: 2, partitionBy: ({ temp }) => temp }));
  messages$.pipe(
    throughZerobus('main.iot.readings', { row: ({ body }) => body, streams: 2, partitionBy: ({ device }) => device }),
  );
  messages$.pipe(throughZerobus(table, { row: ({ body }) => body, streams: 2, partitionBy: ({ temp }) => temp }));
  ingest(stored, 'main.iot.readings', { streams: 2, partitionBy: ({ device }) => device });
  ingest(stored, table, { streams: 2, partitionBy: ({ temp }) => temp });

  // @ts-expect-error: a key is a primitive
  readings$.pipe(toZerobus('main.iot.readings', { streams: 2, partitionBy: (reading) => reading }));
  // @ts-expect-error: a reading has no such field
  readings$.pipe(toZerobus('main.iot.readings', { streams: 2, partitionBy: ({ place }) => place }));
}
