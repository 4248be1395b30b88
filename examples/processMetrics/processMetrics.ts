import { hostname } from 'node:os';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { asyncScheduler, defer, finalize, interval, map, type Observable, type SchedulerLike } from 'rxjs';
import type { MetricsRow } from './metricsTable.ts';

const NS_PER_MS = 1e6;
const US_PER_MS = 1000;
/** How often the delay of the event loop is measured, in milliseconds. */
const RESOLUTION_MS = 10;

/**
 * The metrics of this process: processor, memory and event loop. Each row covers the time since the one before.
 *
 * **Never completes.** **Unsubscribing** stops the measuring. Each subscription measures by itself.
 *
 * @param everyMs the time between rows, in milliseconds
 * @param scheduler times the rows. Defaults to `asyncScheduler`
 */
export function processMetrics(everyMs: number, scheduler: SchedulerLike = asyncScheduler): Observable<MetricsRow> {
  return defer(() => {
    const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delays.enable();
    const host = hostname();
    let cpu = process.cpuUsage();
    let loop = performance.eventLoopUtilization();
    return interval(everyMs, scheduler).pipe(
      map(() => {
        const cpuNow = process.cpuUsage();
        const loopNow = performance.eventLoopUtilization();
        const { rss, heapUsed, external } = process.memoryUsage();
        // What is measured includes the resolution. A loop that has not turned since the last row has no delays.
        const late = (ns: number): number => (delays.count === 0 ? 0 : Math.max(0, ns / NS_PER_MS - RESOLUTION_MS));
        const row = {
          host,
          pid: process.pid,
          measured_at: new Date(),
          cpu_user_ms: (cpuNow.user - cpu.user) / US_PER_MS,
          cpu_system_ms: (cpuNow.system - cpu.system) / US_PER_MS,
          rss_bytes: rss,
          heap_used_bytes: heapUsed,
          external_bytes: external,
          loop_utilization: performance.eventLoopUtilization(loopNow, loop).utilization,
          loop_delay_p50_ms: late(delays.percentile(50)),
          loop_delay_p99_ms: late(delays.percentile(99)),
          loop_delay_max_ms: late(delays.max),
        };
        cpu = cpuNow;
        loop = loopNow;
        delays.reset();
        return row;
      }),
      finalize(() => delays.disable()),
    );
  });
}
