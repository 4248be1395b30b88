import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_BODY_BYTES } from '../../lib/http/readBody.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import type { ZerobusLocalOptions } from '../../lib/zerobusLocalOptions.ts';
import { RawHttp } from '../support/rawHttp.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { insert } from '../support/rest.ts';

describe('Connections of REST ingest', () => {
  let server: ZerobusLocal;

  async function start(options: ZerobusLocalOptions = {}): Promise<void> {
    server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false, ...options });
  }

  afterEach(() => server.close());

  function requests(count: number): Promise<void> {
    return server.activity.until(({ requestsReceived }) => requestsReceived >= count);
  }

  async function temps(): Promise<unknown[]> {
    await server.flush();
    return (await readTable(server.tablePath(READINGS), 'SELECT temp FROM this')).rows.map(([temp]) => temp);
  }

  it('serves requests that share a connection in their order, also those that are sent ahead', async () => {
    await start();
    const connection = await RawHttp.open(server);
    const count = 200;
    for (let temp = 0; temp < count; temp++) {
      const device = temp % 7 === 0 ? 'x'.repeat(100_000) : 'x';
      connection.insert(READINGS, temp === 50 ? '[{}]' : JSON.stringify([{ temp, device }]));
    }
    const statuses = await connection.statuses(count);

    expect(statuses.map((status, index) => (status === '200' ? '' : `${index}: ${status}`)).join('')).toBe('50: 400');
    expect(await temps()).toEqual(Array.from({ length: count }, (_, temp) => temp).filter((temp) => temp !== 50));
    connection.socket.destroy();
  });

  it('takes chunked bodies', async () => {
    await start();
    const connection = await RawHttp.open(server);
    connection.head(READINGS, 'transfer-encoding: chunked');
    connection.socket.write('5\r\n[{"te\r\n');
    connection.socket.write('7\r\nmp":7}]\r\n0\r\n\r\n');

    expect(await connection.statuses(1)).toEqual(['200']);
    expect(await temps()).toEqual([7]);
    connection.socket.destroy();
  });

  it('answers clients that offer HTTP/2, as Java does', async () => {
    await start();
    const connection = await RawHttp.open(server);
    const offer = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAB';
    connection.head(READINGS, `content-length: 12\r\n${offer}`);
    connection.socket.write('[{"temp":1}]');

    expect(await connection.statuses(1)).toEqual(['200']);
    connection.socket.destroy();
  });

  it('refuses a body that is too large while it is read', async () => {
    await start();
    const connection = await RawHttp.open(server);
    connection.head(READINGS, 'transfer-encoding: chunked');
    const blank = Buffer.alloc(1024 * 1024, ' ');
    for (let sent = 0; sent <= MAX_BODY_BYTES; sent += blank.length) {
      connection.socket.write(`${blank.length.toString(16)}\r\n`);
      connection.socket.write(blank);
      connection.socket.write('\r\n');
    }

    expect(await connection.statuses(1)).toEqual(['400']);
    connection.socket.destroy();
  });

  it('refuses a body that says that it is too large before it is read', async () => {
    await start();
    const connection = await RawHttp.open(server);
    connection.head(READINGS, `content-length: ${MAX_BODY_BYTES + 1}`);

    expect(await connection.statuses(1)).toEqual(['400']);
    connection.socket.destroy();
  });

  it('lets a client that waits for 100 Continue send its body', async () => {
    await start();
    const connection = await RawHttp.open(server);
    connection.head(READINGS, 'content-length: 12\r\nexpect: 100-continue');
    expect(await connection.statuses(1)).toEqual(['100']);
    connection.socket.write('[{"temp":1}]');

    expect(await connection.statuses(2)).toEqual(['100', '200']);
    connection.socket.destroy();
  });

  for (const how of ['destroy', 'end'] as const) {
    it(`stores nothing of a client that leaves before the end of its body (${how})`, async () => {
      await start();
      const connection = await RawHttp.open(server);
      connection.head(READINGS, 'content-length: 1000');
      connection.socket.write('[{"temp":1},{"temp":2}]');
      await requests(1);
      connection.socket[how]();
      await connection.closed;

      expect((await insert(server, READINGS, [{ temp: 3 }])).status).toBe(200);
      expect(await temps()).toEqual([3]);
    });
  }

  it('stores everything of a client that leaves after the end of its body', async () => {
    await start();
    server.faults.dropAcks();
    const connection = await RawHttp.open(server);
    connection.insert(READINGS, '[{"temp":1},{"temp":2}]');
    await server.activity.until(({ recordsAccepted }) => recordsAccepted === 2);
    connection.socket.destroy();
    await connection.closed;

    expect(await temps()).toEqual([1, 2]);
  });

  it('answers what the storage has, and nothing else, if the server closes', async () => {
    await start();
    const [reading, idle] = await Promise.all([RawHttp.open(server), RawHttp.open(server)]);
    reading.head(READINGS, 'content-length: 1000');
    reading.socket.write('[{"temp":1},');
    await requests(1);
    const stored = insert(server, READINGS, [{ temp: 2 }]);
    await server.activity.until(({ recordsAccepted }) => recordsAccepted === 1);
    await server.close();

    expect((await stored).status).toBe(200);
    expect(await reading.statuses(1)).toEqual(['503']);
    await Promise.all([reading.closed, idle.closed]);
  });

  it('refuses requests with 429 while too many rows wait for a flush', async () => {
    await start({ maxUnflushedBytes: 200, flushIntervalMs: 3_600_000, onError: () => undefined });
    const path = join(server.tablePath(READINGS), '_delta_log', `${String(1).padStart(20, '0')}.json`);
    await mkdir(path);
    const outcomes: string[] = [];
    while (outcomes.at(-1) !== '429') {
      const { status, body, headers } = await insert(server, READINGS, [{ temp: outcomes.length, device: 'x' }]);
      outcomes.push(String(status));
      if (status === 429) {
        expect([body.error_code, headers.get('retry-after')]).toEqual(['RESOURCE_EXHAUSTED', '1']);
        expect(body.message).toContain('are not in its Delta table yet. Send the request again later');
      }
    }
    await rm(path, { recursive: true });
    await server.flush();

    expect((await insert(server, READINGS, [{ temp: outcomes.length }])).status).toBe(200);
    const numbers = outcomes.map((_, index) => index).slice(0, -1);
    expect(await temps()).toEqual([...numbers, outcomes.length]);
  });

  it('serves many large requests at once', async () => {
    await start();
    const device = 'x'.repeat(4 * 1024 * 1024);
    const temps = Array.from({ length: 20 }, (_, temp) => temp);
    const answers = await Promise.all(temps.map((temp) => insert(server, READINGS, [{ temp, device }])));

    expect(answers.map(({ status }) => status)).toEqual(temps.map(() => 200));
    await server.flush();
    const { rows } = await readTable(
      server.tablePath(READINGS),
      'SELECT count(DISTINCT temp), min(length(device)) FROM this',
    );
    expect(rows).toEqual([['20', String(device.length)]]);
  });

  it('serves other requests while a client sends nothing', async () => {
    await start();
    const silent = await RawHttp.open(server);
    silent.head(READINGS, 'content-length: 1000');
    await requests(1);

    expect((await insert(server, READINGS, [{ temp: 1 }])).status).toBe(200);
    silent.socket.end();
    await once(silent.socket, 'close');
  });
});
