import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { QueryView } from '../../../lib/live/api/queryView.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { commitAsOther } from '../../storage/storeFixture.ts';
import { READINGS, READINGS_DDL } from '../../support/readings.ts';
import { insert } from '../../support/rest.ts';
import { postSql } from '../../support/statements.ts';

describe('POST /api/local/query', () => {
  let server: ZerobusLocal;

  beforeAll(async () => {
    const tables = [READINGS_DDL, 'CREATE TABLE main.iot.closed (n INT)'];
    server = await startZerobusLocal({ auth: false, tables, flushIntervalMs: 3_600_000, onError: () => undefined });
  });

  afterAll(() => server.close().catch(() => undefined));

  const query = (sql: string, signal?: AbortSignal) => postSql<QueryView>(server, 'query', sql, signal);

  it('flushes the tables of a query, and answers with its rows', async () => {
    await insert(server, READINGS, [
      { device: '<img src=x onerror=alert(1)>', temp: 1, at: 0 },
      { device: "';--", temp: 2 },
    ]);
    const [status, view] = await query('SELECT device, temp, "at", count(*) OVER () AS n FROM readings ORDER BY temp');
    expect(status).toBe(200);
    expect(view).toEqual({
      columns: ['device', 'temp', 'at', 'n'],
      rows: [
        ['<img src=x onerror=alert(1)>', 1, '1970-01-01 00:00:00+00', '2'],
        ["';--", 2, null, '2'],
      ],
      isCut: false,
      durationMs: jasmine.any(Number) as never,
      unflushed: [],
    });
  });

  it('counts the rows that can not be flushed', async () => {
    await insert(server, 'main.iot.closed', [{ n: 1 }, { n: 2 }]);
    await commitAsOther(server.tablePath('main.iot.closed'), {
      protocol: { minReaderVersion: 1, minWriterVersion: 3 },
    });
    const [status, view] = await query('SELECT count(*) AS n FROM closed');
    expect(status).toBe(200);
    expect(view.rows).toEqual([['0']]);
    expect(view.unflushed).toEqual([{ fullName: 'main.iot.closed', rows: 2 }]);
  });

  it('returns at most 100,000 rows', async () => {
    const [, { rows, isCut }] = await query('SELECT range AS n FROM range(100001)');
    expect([rows.length, isCut, rows.at(-1)]).toEqual([100_000, true, ['99999']]);
  });

  it('runs one SELECT, and reads nothing but the tables', async () => {
    const secret = join(server.dataDir, 'secret.csv');
    await writeFile(secret, 'a\n1\n');
    for (const [sql, message] of [
      ['', /expected one SELECT, but the text is empty/],
      ['SELECT 1; SELECT 2', /holds 2 statements/],
      ['DROP TABLE readings', /only SELECT can be run, not DROP/],
      ['SET lock_configuration = false', /only SELECT can be run/],
      [`SELECT * FROM read_csv('${secret}')`, /file system operations are disabled|Cannot access file/],
      [`COPY (SELECT 1) TO '${secret}'`, /Cannot access file/],
      ["SELECT * FROM 'https://example.com/x.parquet'", /Permission Error|does not exist|Missing Extension/],
      ['SELECT nothing FROM readings', /nothing.* not found/],
      ['SELECT 1 FROM missing', /missing does not exist/],
      ["SELECT 'x'::INT", /Could not convert string/],
    ] as const) {
      const [status, body] = await query(sql);
      expect(status).withContext(sql).toBe(400);
      expect(body as unknown)
        .withContext(sql)
        .toEqual({ error_code: 'INVALID_PARAMETER_VALUE', message: jasmine.stringMatching(message) });
    }
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ sql: 'SELECT 1' });
    const response = await fetch(`${server.workspaceUrl}/api/local/query`, { method: 'POST', headers, body });
    expect(response.status).toBe(403);
  });

  it('gives up a query when its client leaves, and then runs the next', async () => {
    const client = new AbortController();
    const endless = query('SELECT count(*) FROM range(1000000000000)', client.signal);
    const isAnswered = () =>
      query('SELECT 1', AbortSignal.timeout(500)).then(
        () => true,
        () => false,
      );
    while (await isAnswered()) {
      // The endless query has not arrived yet.
    }
    client.abort();
    await expectAsync(endless).toBeRejected();
    expect((await query('SELECT 42 AS n'))[1].rows).toEqual([[42]]);
  });
});
