import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliProcess, type CliResult } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';

const DDL = `CREATE TABLE main.iot.readings (temp INT, at BIGINT, v VARIANT);
  CREATE TABLE main.iot.sites (name STRING);
  CREATE TABLE dev.iot.readings (temp INT);
  CREATE TABLE dev.lab.probes (temp INT, \`order\` INT)`;

describe('The zerobus-local sql command', () => {
  let root: string;
  let data: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'zerobus-local-sql-'));
    data = join(root, 'data');
    await writeFile(join(root, 'tables.sql'), DDL);
  });

  afterEach(async () => {
    await CliProcess.killAll();
    await rm(root, { recursive: true });
  });

  const serve = (...more: readonly string[]): CliProcess =>
    new CliProcess([
      ...['--data', data, '--port', '0', '--http-port', '0', '--no-auth', '--flush-interval', '1h'],
      ...['--tables', join(root, 'tables.sql'), ...more],
    ]);

  const sql = (query: string, ...more: readonly string[]): Promise<CliResult> =>
    CliProcess.run(['sql', query, '--data', data, '--format', 'csv', ...more]);

  async function ingest(endpoint: string, table: string, ...records: readonly object[]): Promise<void> {
    const stream = await RawStream.open(endpoint, table);
    stream.sendJson(0, records);
    await stream.acknowledged(0);
    await stream.close();
  }

  const COUNT = 'SELECT count(*)::INT AS n FROM main.iot.readings';

  it('flushes the tables of the query first if a server is running, and says what it leaves with --no-flush', async () => {
    const server = serve();
    const endpoint = await server.listening();
    await ingest(endpoint, 'main.iot.readings', { temp: 1 }, { temp: 2 });
    await ingest(endpoint, 'main.iot.sites', { name: 'x' });
    const left = await sql(COUNT, '--no-flush');
    expect(left).toEqual(jasmine.objectContaining({ code: 0, stdout: 'n\r\n0\r\n' }));
    expect(left.stderr).toMatch(/^zerobus-local: 2 acknowledged rows are not in main\.iot\.readings yet, [^\n]*\.\n$/);
    const flushed = await sql(COUNT);
    expect(flushed).toEqual(jasmine.objectContaining({ code: 0, stdout: 'n\r\n2\r\n', stderr: '' }));
    const other = await sql('SELECT count(*)::INT AS n FROM sites', '--no-flush');
    expect(other.stderr)
      .withContext('only the tables of the query are flushed')
      .toMatch(/1 acknowledged row is not in main\.iot\.sites/);
  }, 30_000);

  it('keeps the secret of the running server to its owner, and removes it at the end', async () => {
    const server = serve();
    await server.listening();
    const path = join(data, 'server.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { port, secret } = JSON.parse(await readFile(path, 'utf8')) as { port: number; secret: string };
    const post = (url: string, headers: Record<string, string>, body: string): Promise<number> =>
      fetch(`http://127.0.0.1:${port}${url}`, { method: 'POST', headers, body }).then(({ status }) => status);
    expect(await post('/flush', {}, '{"tables":[]}')).toBe(401);
    expect(await post('/flush', { authorization: `Bearer ${secret}x` }, '{"tables":[]}')).toBe(401);
    expect(await post('/else', { authorization: `Bearer ${secret}` }, '{"tables":[]}')).toBe(404);
    expect(await post('/flush', { authorization: `Bearer ${secret}` }, 'x'.repeat(2_000_000))).toBe(500);
    expect(
      await post('/flush', { authorization: `Bearer ${secret}` }, '{"tables":["main.iot.sites","no.such.table"]}'),
    ).toBe(200);
    server.kill('SIGINT');
    expect((await server.ended).stdout).not.toContain(secret);
    await expectAsync(stat(path)).toBeRejected();
  });

  it('counts the rows that wait if no server is running, whatever answers at its old port', async () => {
    const server = serve();
    await ingest(await server.listening(), 'main.iot.readings', { temp: 1 });
    server.kill('SIGKILL');
    await server.ended;
    const expected = jasmine.objectContaining({
      code: 0,
      stdout: 'n\r\n0\r\n',
      stderr: jasmine.stringMatching(/^zerobus-local: 1 acknowledged row is not in main\.iot\.readings yet, [^\n]*\n$/),
    });
    expect(await sql(COUNT)).toEqual(expected);
    const stranger = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => {
      stranger.listen(0, '127.0.0.1', resolve);
    });
    const { port } = stranger.address() as AddressInfo;
    await writeFile(join(data, 'server.json'), JSON.stringify({ port, secret: 'x' }));
    expect(await sql(COUNT)).toEqual(expected);
    stranger.close();
    await writeFile(join(data, 'server.json'), 'torn');
    expect(await sql(COUNT)).toEqual(expected);
  }, 30_000);

  it('says why a running server could not flush, and reads the table as it is', async () => {
    const server = serve();
    await ingest(await server.listening(), 'main.iot.readings', { temp: 1 });
    await sql(COUNT);
    await ingest(await server.listening(), 'main.iot.readings', { temp: 2 });
    const log = join(data, 'tables/main/iot/readings/_delta_log');
    const protocol = { minReaderVersion: 1, minWriterVersion: 3 };
    await writeFile(join(log, '00000000000000000002.json'), `${JSON.stringify({ protocol })}\n`);
    const { code, stdout, stderr } = await sql(COUNT);
    expect([code, stdout]).toEqual([0, 'n\r\n1\r\n']);
    expect(stderr).toMatch(
      /^zerobus-local: The tables are read as they are, because .*takes no records.*\n.* 1 acknowledged row is not/,
    );
  }, 30_000);

  it('says nothing about a table that can only be read if none of its rows wait', async () => {
    const server = serve();
    await ingest(await server.listening(), 'main.iot.readings', { temp: 1 });
    await sql(COUNT);
    const log = join(data, 'tables/main/iot/readings/_delta_log');
    const protocol = { minReaderVersion: 1, minWriterVersion: 3 };
    await writeFile(join(log, '00000000000000000002.json'), `${JSON.stringify({ protocol })}\n`);
    server.kill('SIGINT');
    await server.ended;
    await serve().listening();
    for (const query of [COUNT, 'SELECT count(*)::INT AS n FROM main.iot.readings, main.iot.sites']) {
      const { code, stderr } = await sql(query);
      expect([code, stderr]).withContext(query).toEqual([0, '']);
    }
  }, 30_000);

  it('takes short names that are unique, and names the candidates of others', async () => {
    const server = serve();
    await server.listening();
    for (const name of ['sites', 'iot.sites', 'lab.probes', 'probes', 'dev.iot.readings', 'MAIN.Iot.READINGS']) {
      const result = await sql(`SELECT count(*)::INT AS n FROM ${name}`, '--no-flush');
      expect(result)
        .withContext(name)
        .toEqual(jasmine.objectContaining({ code: 0, stdout: 'n\r\n0\r\n', stderr: '' }));
    }
    for (const query of [
      'SELECT count(*) FROM readings',
      'SELECT temp FROM iot.readings',
      'SELECT r.temp FROM Readings r',
    ]) {
      const { code, stdout, stderr } = await sql(query);
      expect([code, stdout]).withContext(query).toEqual([1, '']);
      expect(stderr).toMatch(
        /^zerobus-local: (iot\.)?readings is ambiguous: it can be dev\.iot\.readings or main\.iot\.readings\. Use the full name\.\n$/,
      );
    }
  }, 60_000);

  it('says to quote a column whose name is a keyword', async () => {
    const server = serve();
    await server.listening();
    const { code, stderr } = await sql('SELECT temp, at FROM main.iot.readings WHERE at > 5');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^zerobus-local: Parser Error: .* Hint: at is a keyword of DuckDB\. Quote the column: "at"\.\n$/,
    );
    expect((await sql('SELECT order FROM probes')).stderr).toMatch(/Hint: order is a keyword/);
    expect((await sql('SELEC temp FROM main.iot.readings')).stderr).not.toContain('Hint');
    expect((await sql('SELECT temp, "at" FROM main.iot.readings WHERE "at" > 5')).code).toBe(0);
  }, 30_000);

  it('prints numbers in a VARIANT with all of their digits, and not as text', async () => {
    const server = serve();
    const variant =
      '{"a":1,"b":[300,70000,5000000000,9007199254740993,12345678901234567890123],"c":1.50,"d":"1","e":null,"f":1e3}';
    await ingest(
      await server.listening(),
      'main.iot.readings',
      { temp: 1, at: 5, v: variant },
      { temp: 2, v: '5000000000' },
    );
    const json = await CliProcess.run([
      'sql',
      'SELECT v, "at" FROM main.iot.readings ORDER BY temp',
      '--data',
      data,
      '--format',
      'json',
    ]);
    expect(json.stdout).toBe(`[\n{"v":${variant.replace('1e3', '1000')},"at":"5"},\n{"v":5000000000,"at":null}\n]\n`);
    const csv = await sql('SELECT v, v.b[4] AS b FROM main.iot.readings WHERE temp = 2');
    expect(csv.stdout).withContext(csv.stderr).toBe('v,b\r\n5000000000,\r\n');
  }, 30_000);

  it('opens only the tables of the query', async () => {
    if (process.platform === 'win32') {
      pending('needs named pipes in the file system');
    }
    const server = serve();
    await server.listening();
    server.kill('SIGINT');
    await server.ended;
    // Reading this commit waits until another program writes into the pipe.
    execFileSync('mkfifo', [join(data, 'tables/main/iot/readings/_delta_log/00000000000000000001.json')]);
    expect((await sql('SELECT count(*)::INT AS n FROM main.iot.sites')).stdout).toBe('n\r\n0\r\n');
  });
});
