import { concat, lastValueFrom, map, range, Subject, tap, toArray } from 'rxjs';
import { readTable, type ZerobusLocal } from 'zerobus-local';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { VERSION } from '../../lib/version.ts';
import { ingest } from '../../operators/ingest.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { READINGS_TABLE, startServer } from '../support/startServer.ts';

const reading = (n: number): object => ({ device: `d${n % 3}`, temp: n, at: 1_700_000_000_000_000 + n });

/** Returns the number of rows, the number of distinct rows, and their sum, which proves that the rows are right. */
async function countRows(server: ZerobusLocal): Promise<number[]> {
  await server.flush();
  const { rows } = await readTable(
    server.tablePath(READINGS_TABLE),
    'SELECT count(*), count(DISTINCT temp), sum(temp) FROM this',
  );
  return (rows[0] ?? []).map(Number);
}

const sumTo = (count: number): number => (count * (count - 1)) / 2;

describe('A stream over real sockets', () => {
  let server: ZerobusLocal;
  let connection: ToZerobusOptions;

  beforeEach(async () => {
    ({ server, connection } = await startServer());
  });
  afterEach(() => server.close());

  it('writes every record into the table once, and then completes', async () => {
    const watermarks = await lastValueFrom(
      range(0, 20_000).pipe(map(reading), toZerobus(READINGS_TABLE, connection), toArray()),
    );
    expect(watermarks.at(-1)).toBe(19_999);
    expect(watermarks.every((offset, index) => index === 0 || offset > (watermarks[index - 1] ?? 0))).toBeTrue();
    expect(await countRows(server)).toEqual([20_000, 20_000, sumTo(20_000)]);
  });

  it('sends its user agent, and has one connection per stream', async () => {
    const opened = [server.activity.nextStream(), server.activity.nextStream()];
    const sources = [new Subject<object>(), new Subject<object>()];
    const results = sources.map((source) => lastValueFrom(source.pipe(toZerobus(READINGS_TABLE, connection))));
    const streams = await Promise.all(opened);
    expect(streams.every(({ userAgent }) => userAgent.startsWith(`rxjs-zerobus/${VERSION} `))).toBeTrue();
    for (const source of sources) {
      source.next(reading(1));
      source.complete();
    }
    expect(await Promise.all(results)).toEqual([0, 0]);
  });

  it('sends a non-ASCII record unchanged', async () => {
    const device = 'Zürich, 東京, 🚀, \u0000';
    await lastValueFrom(concat([{ device, temp: 1 }]).pipe(toZerobus(READINGS_TABLE, connection)));
    await server.flush();
    const { rows } = await readTable(server.tablePath(READINGS_TABLE), 'SELECT device FROM this');
    expect(rows).toEqual([[device]]);
  });

  it('continues through rotations without a failure or a duplicate', async () => {
    const source = new Subject<object>();
    const opened: string[] = [];
    const result = lastValueFrom(
      source.pipe(
        toZerobus(READINGS_TABLE, { ...connection, recovery: false }),
        tap((offset) => {
          if (offset >= 49) {
            return source.complete();
          }
          if (offset % 10 === 9) {
            server.faults.signalClose({ durationMs: 5000 });
          }
          source.next(reading(offset + 1));
        }),
      ),
    );
    void server.activity.nextStream().then(({ streamId }) => opened.push(streamId));
    source.next(reading(0));
    expect(await result).toBe(49);
    expect(await countRows(server)).toEqual([50, 50, sumTo(50)]);
    expect(server.activity.counters.streamsOpened).toBe(5);
  });

  it('loses nothing when the connection is cut again and again', async () => {
    let cuts = 0;
    const watermark = await lastValueFrom(
      ingest(
        (function* () {
          for (let n = 0; n < 30_000; n++) {
            yield reading(n);
          }
        })(),
        READINGS_TABLE,
        { ...connection, recoveryBackoffMs: 5, maxInflightRecords: 4000 },
      ).pipe(
        tap((offset) => {
          if (offset > cuts * 5000) {
            cuts += server.faults.cutConnections();
          }
        }),
      ),
    );
    const [rows = 0, distinct, sum] = await countRows(server);
    expect([watermark, distinct]).toEqual([29_999, 30_000]);
    expect(cuts).toBeGreaterThan(4);
    expect(rows).toBeGreaterThanOrEqual(30_000);
    expect(sum).toBeGreaterThanOrEqual(sumTo(30_000));
  });

  it('handles acks that are repeated, late, or beyond what was sent', async () => {
    server.faults.duplicateAcks({ copies: 2 });
    server.faults.overAck({ by: 5, times: 1 });
    const watermark = await lastValueFrom(
      range(0, 1000).pipe(
        map(reading),
        toZerobus(READINGS_TABLE, { ...connection, maxBatchRecords: 100, recoveryBackoffMs: 1 }),
      ),
    );
    expect(watermark).toBe(999);
    expect((await countRows(server))[1]).toBe(1000);
  });

  it('reconnects if the service is silent, and sends the records again', async () => {
    server.faults.dropAcks({ times: 1 });
    const watermark = await lastValueFrom(
      range(0, 10).pipe(
        map(reading),
        toZerobus(READINGS_TABLE, { ...connection, serverLackOfAckTimeoutMs: 100, recoveryBackoffMs: 1 }),
      ),
    );
    expect(watermark).toBe(9);
    expect((await countRows(server))[1]).toBe(10);
  });

  it('fetches one token for all its connections, and another if that one is refused', async () => {
    const run = (): Promise<number> => lastValueFrom(range(0, 10).pipe(map(reading), operator));
    const operator = toZerobus(READINGS_TABLE, connection);
    await run();
    await run();
    expect(server.activity.counters.tokensIssued).toBe(1);
    server.faults.refuseStreams({ code: 16, message: 'token expired', times: 1 });
    await run();
    expect(server.activity.counters.tokensIssued).toBe(2);
  });

  it('spreads records over several streams with one token, also while connections are cut', async () => {
    const watermarks = await lastValueFrom(
      range(0, 20_000).pipe(
        map(reading),
        toZerobus<object>(READINGS_TABLE, {
          ...connection,
          streams: 4,
          partitionBy: (record) => (record as { temp: number }).temp % 100,
          recoveryBackoffMs: 1,
        }),
        tap((offset) => {
          if (offset > 5000 && server.activity.counters.streamsOpened === 4) {
            server.faults.cutConnections();
          }
        }),
        toArray(),
      ),
    );
    expect(watermarks).toEqual([...watermarks].sort((a, b) => a - b));
    expect(watermarks.at(-1)).toBe(19_999);
    const { streamsOpened, tokensIssued } = server.activity.counters;
    expect(streamsOpened).toBeGreaterThanOrEqual(4);
    expect(tokensIssued).toBe(1);
    expect((await countRows(server)).slice(1, 2)).toEqual([20_000]);
  });

  it('forwards the error of the service for a refused stream, e.g. about grants', async () => {
    server.faults.refuseStreams({ code: 7, message: 'missing grants. Error Code: 4024' });
    const error = await lastValueFrom(range(0, 1).pipe(map(reading), toZerobus(READINGS_TABLE, connection))).catch(
      (reason: ZerobusError) => reason,
    );
    expect(error as ZerobusError).toEqual(
      jasmine.objectContaining({ code: 'PERMISSION_DENIED', message: 'missing grants. Error Code: 4024' }),
    );
  });
});
