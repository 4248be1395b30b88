import { map, type Observable } from 'rxjs';
import type { SimulatedRecord } from '../../lib/testing/simulation/plan/simulatedRecord.ts';
import type { SimulatedPipeline } from '../../lib/testing/simulation/simulatedPipeline.ts';
import { ingest } from '../../operators/ingest.ts';
import { throughZerobus } from '../../operators/throughZerobus.ts';
import { toZerobus } from '../../operators/toZerobus.ts';

const TABLE = 'main.iot.readings';

type Row = object;

function* rowsOf(values: Iterable<SimulatedRecord>): Generator<Row> {
  for (const { row } of values) {
    yield row as Row;
  }
}

/** The operators of this package, as what a simulation runs. */
export const surfaces: Readonly<Record<'toZerobus' | 'throughZerobus' | 'ingest', SimulatedPipeline>> = {
  toZerobus: {
    emits: 'watermark',
    build: ({ values$ }, options) =>
      values$.pipe(
        map(({ row }) => row as Row),
        toZerobus(TABLE, options as object),
      ),
  },
  throughZerobus: {
    emits: 'values',
    build: ({ values$, onRow }, options): Observable<unknown> =>
      values$.pipe(
        throughZerobus<SimulatedRecord>(TABLE, {
          ...(options as object),
          row: ({ row, kind }) => {
            onRow(kind);
            return row;
          },
        }),
      ),
  },
  ingest: {
    emits: 'watermark',
    build: ({ values }, options) => ingest(rowsOf(values), TABLE, options as object),
  },
};

const names = ['toZerobus', 'throughZerobus', 'toZerobus', 'throughZerobus', 'ingest'] as const;

/** The operator that a seed runs. */
export function surfaceOf(seed: number): SimulatedPipeline {
  return surfaces[names[seed % names.length] ?? 'toZerobus'];
}
