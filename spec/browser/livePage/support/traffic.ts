import { catchError, EMPTY, map, type Observable, type Subscription, timer } from 'rxjs';
import type { ZerobusLocal } from 'zerobus-local';
import { toZerobus } from '../../../../operators/toZerobus.ts';

/** The tables that pages are looked at with. */
export const trafficTables: readonly string[] = [
  'CREATE TABLE main.iot.readings (device STRING, temperature DOUBLE NOT NULL, humidity INT, measured_at TIMESTAMP)',
  'CREATE TABLE main.shop.order_events (order_id BIGINT NOT NULL, kind STRING, amount DECIMAL(10, 2))',
];

/** How a client reaches a server. */
export function connectionTo({ endpoint, workspaceUrl }: ZerobusLocal): {
  readonly endpoint: string;
  readonly workspaceUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
} {
  return { endpoint, workspaceUrl, clientId: 'a-client', clientSecret: 'a-secret' };
}

/**
 * Streams records into a table until it is unsubscribed from. What ends the stream with an error ends it in silence.
 *
 * @param applicationName follows the client's name in its user agent
 */
export function streamRecords(
  server: ZerobusLocal,
  table: string,
  records: Observable<object>,
  applicationName?: string,
): Subscription {
  return records
    .pipe(
      toZerobus(table, { ...connectionTo(server), ...(applicationName === undefined ? {} : { applicationName }) }),
      catchError(() => EMPTY),
    )
    .subscribe();
}

/** A reading each few milliseconds. */
export function readings(everyMs: number): Observable<object> {
  return timer(0, everyMs).pipe(
    map((n) => ({
      device: `device-${n % 40}`,
      temperature: Math.round(2000 + 500 * Math.sin(n / 500)) / 100,
      humidity: 40 + (n % 30),
      measured_at: Date.now() * 1000,
    })),
  );
}

/**
 * Sends records in a REST request.
 *
 * @returns the status of the answer
 */
export async function insert(
  server: ZerobusLocal,
  table: string,
  records: string,
  userAgent = 'a spec',
): Promise<number> {
  const headers = { 'content-type': 'application/json', 'user-agent': userAgent };
  const url = `${server.workspaceUrl}/zerobus/v1/tables/${table}/insert`;
  const { status } = await fetch(url, { method: 'POST', headers, body: records });
  return status;
}
