import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTable } from '../../lib/sql/readTable.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

const anyPorts = ['--port', '0', '--http-port', '0'];

describe('The zerobus-local command', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'zerobus-local-spec-'));
  });

  afterEach(async () => {
    await CliProcess.killAll();
    await rm(data, { recursive: true });
  });

  const tablePath = (): string => join(data, 'tables', 'main', 'iot', 'readings');

  async function ingest(endpoint: string, temps: readonly number[]): Promise<void> {
    const stream = await RawStream.open(endpoint, READINGS);
    stream.sendJson(
      0,
      temps.map((temp) => ({ temp })),
    );
    await stream.close();
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`serves until ${signal}, then flushes every row and exits with code 0`, async () => {
      const server = new CliProcess([
        '--data',
        data,
        ...anyPorts,
        '--no-auth',
        '--table',
        READINGS_DDL,
        '--flush-interval',
        '1h',
      ]);
      const endpoint = await server.listening();
      await ingest(endpoint, [1, 2, 3]);
      const open = await RawStream.open(endpoint, READINGS);
      open.sendJson(0, [{ temp: 4 }]);
      await open.acknowledged(0);
      server.kill(signal);
      const { code, stderr } = await server.ended;

      expect(code).withContext(stderr).toBe(0);
      expect((await open.status).code).toBe(14);
      expect((await readTable(tablePath())).rows.length).toBe(4);
    });
  }

  it('prints its addresses, its tables, and how to configure a client', async () => {
    const file = join(data, 'tables.sql');
    await writeFile(file, `${READINGS_DDL};\n-- and another\nCREATE TABLE main.iot.others (a INT);`);
    const server = new CliProcess(['--data', data, ...anyPorts, '--tables', file], {
      DATABRICKS_CLIENT_ID: 'me',
      DATABRICKS_CLIENT_SECRET: 'hidden',
    });
    const endpoint = await server.listening();
    server.kill('SIGINT');
    const { stdout, stderr } = await server.ended;

    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(stdout).toContain(`main.iot.readings  ${tablePath()}`);
    expect(stdout).toContain('main.iot.others');
    expect(stdout).toMatch(/export DATABRICKS_HOST=http:\/\/127\.0\.0\.1:\d+/);
    expect(stdout).toContain('export DATABRICKS_CLIENT_ID=me');
    expect(stdout + stderr).not.toContain('hidden');
  });

  it('runs the script that made the tables, and prints it again', async () => {
    const file = join(data, 'tables.sql');
    await writeFile(
      file,
      `USE CATALOG \${catalog};\r\nCREATE TABLE {{schema}}.readings (a BIGINT GENERATED ALWAYS AS IDENTITY);\r\nOPTIMIZE x`,
    );
    const args = ['--data', data, ...anyPorts, '--tables', file];
    const refused = await CliProcess.run([...args, '--var', 'catalog=main']);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      `zerobus-local: ${file}: Line 2, column 14: the placeholder {{schema}} has no value. Set it with --var schema=…, or with the ` +
        "option 'variables' of the library.\n",
    ]);
    const server = new CliProcess([...args, '--var', 'catalog=main', '--var', 'schema=iot']);
    await server.listening();
    const printed = await CliProcess.run(['ddl', 'MAIN.iot.readings', '--data', data]);
    const byShortName = await CliProcess.run(['ddl', 'readings', '--data', data]);
    server.kill('SIGINT');
    const { stderr } = await server.ended;

    expect(stderr).toContain(`zerobus-local: ${file}: Line 3, column 1: OPTIMIZE is skipped.\n`);
    expect([printed.code, printed.stdout]).toEqual([
      0,
      'CREATE TABLE main.iot.readings (\n  a BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 1)\n)\nUSING delta;\n',
    ]);
    expect(byShortName.stdout).toBe(printed.stdout);
    const unknown = await CliProcess.run(['ddl', 'main.iot.nope', '--data', data]);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      jasmine.stringMatching(/The tables are: main\.iot\.readings\.\n$/),
    ]);
    const wrong = await CliProcess.run(['--var', 'catalog']);
    expect([wrong.code, wrong.stderr]).toEqual([1, jasmine.stringMatching(/name=value, such as catalog=main/)]);
  });

  it('neither loses nor duplicates acknowledged rows when it is killed, and flushes them after the next start', async () => {
    const args = ['--data', data, ...anyPorts, '--no-auth', '--table', READINGS_DDL, '--flush-interval', '20ms'];
    let next = 0;
    const acknowledged: number[] = [];
    for (let round = 0; round < 4; round++) {
      const server = new CliProcess(args);
      const stream = await RawStream.open(await server.listening(), READINGS);
      const base = next;
      // Keeps writing while the server dies: the stored rows are a prefix.
      for (let offset = 0; offset < 300; offset++) {
        stream.sendJson(offset, [{ temp: next++ }, { temp: next++ }]);
      }
      await stream.acknowledged(20 * round + 5).catch(() => undefined);
      server.kill('SIGKILL');
      await Promise.all([server.ended, stream.status]);
      const durable = Math.max(-1, ...(stream.acks as number[]));
      for (let temp = base; temp < base + 2 * (durable + 1); temp++) {
        acknowledged.push(temp);
      }
    }
    const last = new CliProcess(args);
    await last.listening();
    last.kill('SIGINT');
    await last.ended;

    const temps = (await readTable(tablePath(), 'SELECT temp FROM this ORDER BY temp')).rows.map(
      ([temp]) => temp as number,
    );
    expect(new Set(temps).size).toBe(temps.length);
    expect(acknowledged.filter((temp) => !temps.includes(temp))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(0);
    // Both rows of a request, or neither.
    expect(temps.filter((temp) => temp % 2 === 0).map((temp) => temp + 1)).toEqual(
      temps.filter((temp) => temp % 2 === 1),
    );
  }, 60_000);

  it('answers queries over its tables, even while the server runs', async () => {
    const server = new CliProcess([
      '--data',
      data,
      ...anyPorts,
      '--no-auth',
      '--table',
      READINGS_DDL,
      '--flush-interval',
      '10ms',
    ]);
    const endpoint = await server.listening();
    await ingest(endpoint, [1, 2]);
    const during = await CliProcess.run([
      'sql',
      `SELECT count(*) >= 0 AS fine FROM ${READINGS}`,
      '--data',
      data,
      '--format',
      'json',
    ]);
    server.kill('SIGINT');
    await server.ended;
    const query = `SELECT temp, 'a,"b"' AS text, NULL AS nothing FROM ${READINGS} ORDER BY temp`;
    const [table, json, csv] = await Promise.all(
      ['table', 'json', 'csv'].map((format) => CliProcess.run(['sql', query, '--data', data, '--format', format])),
    );

    expect(JSON.parse(during.stdout)).toEqual([{ fine: true }]);
    expect(table?.stdout).toBe(
      'temp  text   nothing\n----  -----  -------\n1     a,"b"  NULL\n2     a,"b"  NULL\n(2 rows)\n',
    );
    expect(JSON.parse(json?.stdout ?? '')).toEqual([1, 2].map((temp) => ({ temp, text: 'a,"b"', nothing: null })));
    expect(csv?.stdout).toBe('temp,text,nothing\r\n1,"a,""b""",\r\n2,"a,""b""",\r\n');
    expect([table?.code, json?.code, csv?.code]).toEqual([0, 0, 0]);
  });

  it('treats two simultaneous SIGINTs, as npx sends them, as one', async () => {
    const args = ['--data', data, ...anyPorts, '--no-auth', '--table', READINGS_DDL, '--flush-interval', '1h'];
    const server = new CliProcess(args);
    await ingest(await server.listening(), [1]);
    server.kill('SIGINT');
    server.kill('SIGINT');

    expect((await server.ended).code).toBe(0);
    expect((await readTable(tablePath())).rows.length).toBe(1);
  });

  it('reports an error in one line, and exits with code 1', async () => {
    const blocker = createServer();
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port));
    });
    const at = ['--data', data];
    const cases: [string[], RegExp, Record<string, string>?][] = [
      [
        [...at, '--port', `${port}`, '--http-port', '0'],
        new RegExp(`^zerobus-local: Port ${port} on 127.0.0.1 is in use`),
      ],
      [[...at, ...anyPorts, '--table', 'CREATE TABLE readings (a INT)'], /^zerobus-local: .*readings/],
      [[...at, ...anyPorts, '--tables', join(data, 'nope.sql')], /^zerobus-local: .*nope\.sql/],
      [
        [...at, ...anyPorts, '--tables', tmpdir()],
        new RegExp(
          `^zerobus-local: The script ${tmpdir()} can't be read: EISDIR.*\\. It is a folder: name the scripts in it one by one, .*\\.$`,
          'm',
        ),
      ],
      [[...at, '--flush-interval', '5'], /^error: .*such as 250ms, 5s/],
      [[...at, '--port', '70000'], /^error: .*from 0 .* to 65535/],
      [[...at, '--tabel', 'x'], /^error: unknown option '--tabel'/],
      [['optimise'], /^error: unknown command 'optimise'\. The commands are: sql, .*optimize/],
      [[...at, ...anyPorts, 'CREATE TABLE a.b.c (d INT)'], /^error: unknown command 'CREATE TABLE/],
      [[...at, ...anyPorts, '--client-id', 'me'], /^zerobus-local: Set both a client id and a client secret/],
      [['sql', 'SELECT 1', '--data', join(data, 'nope')], /^zerobus-local: There are no tables in .*nope/],
    ];
    try {
      for (const [args, expected] of cases) {
        const { code, stdout, stderr } = await CliProcess.run(args);
        const context = args.join(' ');

        expect(code).withContext(context).toBe(1);
        expect(stderr).withContext(context).toMatch(expected);
        expect(
          stderr
            .trimEnd()
            .split('\n')
            .filter((line) => /^ {4}at /.test(line)),
        )
          .withContext(context)
          .toEqual([]);
        expect(stdout).withContext(context).toBe('');
      }
    } finally {
      blocker.close();
    }
  }, 30_000);

  it('reports an error in a query, and refuses queries that write', async () => {
    const server = new CliProcess(['--data', data, ...anyPorts, '--table', READINGS_DDL]);
    await server.listening();
    server.kill('SIGINT');
    await server.ended;
    const out = join(data, 'out.csv');
    const wrong = await CliProcess.run(['sql', 'SELECT nope FROM main.iot.readings', '--data', data]);
    const writing = await CliProcess.run(['sql', `COPY (SELECT 1) TO '${out}'`, '--data', data]);

    expect([wrong.code, writing.code]).toEqual([1, 1]);
    expect(wrong.stderr).toMatch(/^zerobus-local: .*nope[^\n]*\n$/);
    expect(writing.stderr).toMatch(/^zerobus-local: [^\n]*\n$/);
    expect(await readdir(data)).not.toContain('out.csv');
  });

  it('has help and a version', async () => {
    const forms = [['--help'], ['help'], ['sql', '--help'], ['help', 'sql'], ['--version'], ['-V'], ['-v']];
    const results = await Promise.all(forms.map((args) => CliProcess.run(args)));
    const [help, helpCommand, sqlHelp, helpSql, ...versions] = results.map(({ stdout }) => stdout);

    expect(help).toContain('--rotate-after');
    expect(help).toContain('https://github.com/');
    expect(helpCommand).toBe(help);
    expect(sqlHelp).toContain('--format');
    expect(helpSql).toBe(sqlHelp);
    expect(versions[0]).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(new Set(versions).size).toBe(1);
    expect(results.map(({ code }) => code)).toEqual(forms.map(() => 0));
  });

  it('has every option in its help and in its README, with the same default', async () => {
    const readme = await readFile('local/README.md', 'utf8');
    const { stdout } = await CliProcess.run(['--help']);
    // Each option with its description on one line.
    const help = stdout.replaceAll(/\n {25,}/g, ' ');
    const options = [...help.matchAll(/^ +(?:-\w, )?(--[a-z-]+)(.*)$/gm)].filter(([, name]) => name !== '--help');
    const rows = [...readme.matchAll(/^\| (`--[^|]+) \|.*\| ([^|]*?) ?\|$/gm)];

    expect(options.length).toBeGreaterThan(15);
    for (const [, name, text] of options.filter(([, option]) => option !== '--version')) {
      const row = rows.find(([, names]) => new RegExp(`\`${name}[ \`]`).test(names ?? ''));
      expect(row).withContext(`${name} in the README`).toBeDefined();
      const inHelp = /\(default: "?([^")]+)"?\)/.exec(text ?? '')?.[1];
      if (inHelp !== undefined) {
        expect(row?.[2]?.replaceAll('`', '')).withContext(`default of ${name}`).toBe(inHelp);
      }
    }
    const listed = rows.flatMap(([, names]) => [...(names ?? '').matchAll(/`(--[a-z-]+)/g)].map(([, name]) => name));
    expect(listed.filter((name) => !help.includes(`${name}`))).toEqual([]);
  });
});
