// The metrics of this process, as an observable into a table. With --serve it goes on until SIGTERM or Ctrl-C. Without,
// it works in bursts, measures itself, and ends.
import { Command } from 'commander';
import { fromEvent, interval, lastValueFrom, merge, take, takeUntil, tap } from 'rxjs';
import { toZerobus } from 'rxjs-zerobus';
import { integerAtLeast } from '../support/integerAtLeast.ts';
import { withZerobus } from '../support/withZerobus.ts';
import { CREATE_METRICS_TABLE, METRICS_TABLE, metricsTable } from './metricsTable.ts';
import { processMetrics } from './processMetrics.ts';

const { serve, everyMs } = new Command('npm run example processMetrics --')
  .description('Writes the metrics of its own process into a table for two seconds.')
  .option('--serve', 'go on until Ctrl-C instead')
  .option('--every-ms <ms>', 'the time between rows', integerAtLeast(1), 250)
  .parse()
  .opts<{ readonly serve?: true; readonly everyMs: number }>();

/** Keeps the event loop busy, so that there is something to see. */
function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    JSON.stringify(Array.from({ length: 1000 }, Math.random));
  }
}

await withZerobus(
  async (workspace) => {
    const end$ = serve ? merge(fromEvent(process, 'SIGTERM'), fromEvent(process, 'SIGINT')) : interval(2100);
    const bursts = interval(500).subscribe(() => work(100));
    const durable$ = processMetrics(everyMs).pipe(
      tap((row) =>
        console.log(
          `cpu ${row.cpu_user_ms.toFixed()} ms, heap ${(Number(row.heap_used_bytes) / 2 ** 20).toFixed(1)} MiB, loop ${(100 * row.loop_utilization).toFixed()} % busy, at most ${row.loop_delay_max_ms.toFixed()} ms late`,
        ),
      ),
      takeUntil(end$.pipe(take(1))),
      toZerobus(metricsTable, {
        ...workspace,
        // Measuring must never harm the process. It waits for the workspace as long as that takes, in bounded memory.
        recoveryRetries: Number.POSITIVE_INFINITY,
        maxInflightRecords: 10_000,
        overflow: 'dropOldest',
        flushTimeoutMs: 10_000,
      }),
      tap((offset) => console.log(`durable up to row ${offset}`)),
    );
    await lastValueFrom(durable$, { defaultValue: -1 });
    bursts.unsubscribe();
  },
  METRICS_TABLE,
  CREATE_METRICS_TABLE,
);
