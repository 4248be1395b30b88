// An RxJS pipeline: several sources, one table, and an observable of the durable offsets.
import { filter, interval, lastValueFrom, map, merge, take, tap } from 'rxjs';
import { isZerobusError, toZerobus } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

await withZerobus(async (workspace) => {
  const sensor = (name: string, everyMs: number) =>
    interval(everyMs).pipe(
      map((n) => ({ device_name: name, temp: 20 + (n % 15), humidity: n, measured_at: Date.now() * 1000 })),
    );
  const durable$ = merge(sensor('kitchen', 3), sensor('garage', 5), sensor('garden', 8)).pipe(
    filter(({ temp }) => temp < 33),
    take(500),
    toZerobus(AIR_QUALITY_TABLE, workspace),
    tap({
      error: (error) => {
        if (isZerobusError(error)) {
          console.error(`${error.code}: ${error.unacked.length} records are not durable`);
        }
      },
    }),
  );
  console.log(`completed: durable up to record ${await lastValueFrom(durable$)}`);
});
