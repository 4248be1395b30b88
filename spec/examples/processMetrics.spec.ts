import { fileURLToPath } from 'node:url';
import { lastValueFrom, take, toArray, VirtualTimeScheduler } from 'rxjs';
import { readTable } from 'zerobus-local';
import { type StartedProcess, startProcess } from '../../examples/events/serviceProcess.ts';
import { CREATE_METRICS_TABLE, METRICS_TABLE } from '../../examples/processMetrics/metricsTable.ts';
import { processMetrics } from '../../examples/processMetrics/processMetrics.ts';
import { reachThisMachineDirectly } from '../../examples/support/reachThisMachineDirectly.ts';
import { startServer } from '../support/startServer.ts';

describe('processMetrics', () => {
  it('measures this process since the row before', async () => {
    const rows = lastValueFrom(processMetrics(30).pipe(take(2), toArray()));
    const until = performance.now() + 60;
    while (performance.now() < until) {
      JSON.stringify(Array.from({ length: 1000 }, Math.random));
    }
    const [busy] = await rows;
    expect(busy?.pid).toBe(process.pid);
    expect(busy?.cpu_user_ms).toBeGreaterThan(0);
    expect(busy?.rss_bytes).toBeGreaterThan(Number(busy?.heap_used_bytes));
    expect(busy?.loop_utilization).toBeGreaterThan(0);
    expect(busy?.loop_utilization).toBeLessThanOrEqual(1);
    expect(busy?.loop_delay_max_ms).toBeGreaterThanOrEqual(busy?.loop_delay_p50_ms ?? Number.NaN);
  });

  it('emits by the interval of its scheduler, and leaves no timer behind', () => {
    const scheduler = new VirtualTimeScheduler();
    const frames: number[] = [];
    const rows$ = processMetrics(1000, scheduler).pipe(take(3));
    rows$.subscribe(() => frames.push(scheduler.now()));
    scheduler.flush();
    expect(frames).toEqual([1000, 2000, 3000]);
    expect(scheduler.actions).toEqual([]);
  });
});

describe('The recipe processMetrics', () => {
  let started: StartedProcess | undefined;
  afterEach(() => started?.stop('SIGKILL'));

  it('has what it calls durable in the table after a kill, and every row after SIGTERM', async () => {
    reachThisMachineDirectly();
    const { server, connection } = await startServer({ tables: [CREATE_METRICS_TABLE] });
    await using _ = server;
    const path = fileURLToPath(new URL('../../examples/processMetrics/main.js', import.meta.url));
    /** Lets it run until 10 rows are durable, and ends it. Returns the number of rows that are durable. */
    const run = async (signal: NodeJS.Signals, expected: number | string): Promise<number> => {
      let durable = 0;
      const reached = new Promise<void>((resolve) => {
        started = startProcess(path, connection, ['--serve', '--every-ms', '20'], (line) => {
          durable = Number(/^durable up to row (\d+)$/.exec(line)?.[1] ?? durable - 1) + 1;
          if (durable >= 10) {
            resolve();
          }
        });
      });
      await reached;
      expect(await started?.stop(signal)).toBe(expected);
      return durable;
    };
    const killedAt = await run('SIGKILL', 'SIGKILL');
    const completed = await run('SIGTERM', 0);

    await server.flush();
    const sql =
      'SELECT count(*)::INT, count(DISTINCT measured_at)::INT FROM this GROUP BY pid ORDER BY min(measured_at)';
    const { rows } = await readTable(server.tablePath(METRICS_TABLE), sql);
    const [[killed] = [], [last] = []] = rows;
    expect(Number(killed)).toBeGreaterThanOrEqual(killedAt);
    expect(last).toBe(completed);
    expect(rows.map(([count, distinct]) => Number(count) - Number(distinct))).toEqual([0, 0]);
  }, 60_000);
});
