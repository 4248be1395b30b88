import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { concat, from, lastValueFrom, of, Subject, tap, timer } from 'rxjs';
import { startProcess } from '../../examples/events/serviceProcess.ts';
import { reachThisMachineDirectly } from '../../examples/support/reachThisMachineDirectly.ts';
import { AIR_QUALITY_TABLE, CREATE_AIR_QUALITY_TABLE } from '../../examples/support/withZerobus.ts';
import { startTelemetry } from '../../examples/telemetry/telemetry.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { READINGS_TABLE, type StartedServer, startServer } from '../support/startServer.ts';
import { type ExportedSeries, exportedSeries } from './support/exportedSeries.ts';
import { isSelected, type ParsedQuery, parseQuery } from './support/promSelectors.ts';

interface Dashboard {
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { query: string } }[];
  };
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const folder = new URL('../../../examples/telemetry/', import.meta.url);
const dashboard = JSON.parse(readFileSync(new URL('grafana/dashboard.json', folder), 'utf8')) as Dashboard;

/** A query with what Grafana puts in the place of its variables. */
function withoutVariables(query: string): string {
  return query.replaceAll('$__rate_interval', '20s').replaceAll('$table', '.*');
}

async function readMetrics(url: string): Promise<readonly ExportedSeries[]> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return exportedSeries(await response.text());
}

function sumOf(series: readonly ExportedSeries[], query: string): number {
  const [selector] = parseQuery(query).selectors;
  return series.filter(({ labels }) => selector && isSelected(labels, selector)).reduce((sum, s) => sum + s.value, 0);
}

/** Does all that the dashboard has a panel for: records become durable, are rejected, sent again and dropped. */
async function exercise({ server, connection }: StartedServer): Promise<void> {
  server.faults.failTokenRequests({ httpStatus: 503, times: 1 });
  const more$ = new Subject<object>();
  const durable = lastValueFrom(
    concat(of({ device: 'd', temp: 1 }, { device: 'd', temp: 'broken' }), more$).pipe(
      toZerobus(READINGS_TABLE, { ...connection, recoveryBackoffMs: 1, rejected: () => undefined }),
      tap((offset) => {
        if (offset === 1) {
          const drop = server.faults.dropAcks();
          void server.activity
            .until(({ recordsAccepted }) => recordsAccepted >= 2)
            .then(() => {
              drop.clear();
              server.faults.cutConnections();
              more$.complete();
            });
          more$.next({ device: 'd', temp: 2 });
        }
      }),
    ),
  );
  expect(await durable).toBe(2);
  const records = Array.from({ length: 100 }, (_, temp) => ({ device: 'd', temp }));
  const limits = { maxInflightRecords: 10, overflow: 'dropOldest', events: {} } as const;
  expect(await lastValueFrom(from(records).pipe(toZerobus(READINGS_TABLE, { ...connection, ...limits })))).toBe(99);
}

describe('The recipe telemetry', () => {
  it('has a dashboard whose queries select what a client exports', async () => {
    const telemetry = await startTelemetry('readings', 0, '127.0.0.1');
    const started = await startServer();
    await using _ = started.server;
    await exercise(started);
    const series = await readMetrics(telemetry.url);
    await telemetry.shutdown();

    const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => withoutVariables(expr)));
    const [tables] = dashboard.templating.list.filter(({ name }) => name === 'table');
    expect(tables?.query).toEqual(jasmine.objectContaining({ query: jasmine.stringContaining('label_values(') }));
    expect(queries.length).toBeGreaterThan(dashboard.panels.length);
    const used = new Set<string>();
    for (const query of queries) {
      const { selectors, groupingLabels }: ParsedQuery = parseQuery(query);
      for (const selector of selectors) {
        const selected = series.filter(({ labels }) => isSelected(labels, selector));
        expect(selected.length).withContext(query).toBeGreaterThan(0);
        for (const label of groupingLabels) {
          expect(selected.some(({ labels }) => labels.has(label)))
            .withContext(`${label} of ${query}`)
            .toBeTrue();
        }
        used.add(selector.metric.replace(/_bucket$/, ''));
      }
    }
    const exported = series.map(({ labels }) => labels.get('__name__') ?? '').filter((name) => /_client_/.test(name));
    expect(new Set(exported.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')))).toEqual(used);
    expect(sumOf(series, 'zerobus_client_inflight_messages')).toBe(0);
    expect(sumOf(series, 'zerobus_client_rejected_messages_total')).toBe(1);
    const lost = sumOf(series, 'zerobus_client_dropped_messages_total');
    expect(lost).toBeGreaterThan(0);
    expect(sumOf(series, 'messaging_client_sent_messages_total{error_type=""}')).toBe(102 - lost);
  });

  it('refuses what is no PromQL', () => {
    expect(() => parseQuery('sum by (le (rate(a[5m]))')).toThrowError(SyntaxError);
  });

  it('serves its metrics until SIGTERM', async () => {
    reachThisMachineDirectly();
    const { server, connection } = await startServer({ tables: [CREATE_AIR_QUALITY_TABLE] });
    await using _ = server;
    const path = fileURLToPath(new URL('../../examples/telemetry/main.js', import.meta.url));
    let started: ReturnType<typeof startProcess> | undefined;
    const url = new Promise<string>((resolve) => {
      started = startProcess(path, connection, ['--serve', '--port', '0'], (line) => {
        const [, address] = /^metrics at (\S+)$/.exec(line) ?? [];
        if (address !== undefined) {
          resolve(address);
        }
      });
    });
    try {
      const address = await url;
      await server.activity.until(({ acksSent }) => acksSent > 0);
      const sent = `messaging_client_sent_messages_total{messaging_destination_name="${AIR_QUALITY_TABLE}"}`;
      while (sumOf(await readMetrics(address), sent) === 0) {
        await lastValueFrom(timer(20));
      }
      expect(await started?.stop('SIGTERM')).toBe(0);
    } finally {
      await started?.stop('SIGKILL');
    }
  }, 60_000);
});
