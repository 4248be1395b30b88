import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readTable } from 'zerobus-local';
import { type CommandOutcome, environmentOf, runHere, startCommand } from '../support/ingestRun.ts';
import { type StartedServer, startServer } from '../support/startServer.ts';

const tables = [
  'lines',
  'exact',
  'files',
  'stdin',
  'csv',
  'tsv',
  'rejected',
  'streams',
  'failed',
  'dry',
  'quick',
  'large',
];
const COLUMNS = `(id BIGINT NOT NULL, temp INT, price DECIMAL(20, 4), flag BOOLEAN, wide DOUBLE, day DATE, at TIMESTAMP,
  local_at TIMESTAMP_NTZ, raw BINARY, note STRING, required STRING NOT NULL, any VARIANT, tags ARRAY<STRING>,
  counts MAP<STRING, BIGINT>, place STRUCT<lat: DOUBLE, seen: ARRAY<DATE>>)`;

describe('rxjs-zerobus ingest', () => {
  let started: StartedServer;
  let folder: string;

  beforeAll(async () => {
    started = await startServer({ tables: tables.map((name) => `CREATE TABLE main.iot.${name} ${COLUMNS}`) });
  });

  afterAll(() => started.server.close());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-ingest-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, content: string | Buffer): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  function ingest(table: string, args: readonly string[], stdin?: string | Readable): Promise<CommandOutcome> {
    return runHere(['ingest', ...args, '--table', `main.iot.${table}`], environmentOf(started), stdin);
  }

  async function rows(table: string, columns: string): Promise<readonly (readonly unknown[])[]> {
    await started.server.flush();
    const path = started.server.tablePath(`main.iot.${table}`);
    return (await readTable(path, `SELECT ${columns} FROM this ORDER BY id`)).rows;
  }

  const record = (id: number): string => JSON.stringify({ id, required: `r${id}` });
  const records = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => `${record(from + index)}\n`).join('');

  it('writes lines of JSON, with times as text or as numbers', async () => {
    const value = {
      id: 1,
      temp: -5,
      price: 12.5,
      flag: true,
      wide: 0.1,
      day: '2026-02-28',
      at: '2026-01-31T12:00:00.123456+01:00',
      local_at: 1_000_000,
      raw: 'AQI=',
      note: 'é',
      required: '',
      any: { a: [1, null] },
      tags: ['x', 'y'],
      counts: { a: 1 },
      place: { lat: 1.5, seen: ['1970-01-02'] },
    };
    const path = write('a.ndjson', `\ufeff${JSON.stringify(value)}\n\n${record(2)}`);
    const { exitCode, stdout, stderr } = await ingest('lines', [path]);
    expect([exitCode, stderr]).toEqual([0, []]);
    expect(stdout.join()).toMatch(/^2 records are durable in main\.iot\.lines, [\d.]+s, [\d,]+ records\/s\.$/);
    const texts =
      'temp, price::TEXT, flag, wide, day::TEXT, epoch_us("at")::DOUBLE, epoch_us(local_at)::DOUBLE, hex(raw), note, required';
    expect(await rows('lines', texts)).toEqual([
      [-5, '12.5000', true, 0.1, '2026-02-28', 1_769_857_200_123_456, 1_000_000, '0102', 'é', ''],
      [null, null, null, null, null, null, null, null, null, 'r2'],
    ] as unknown[][]);
    const nested = '"any"::TEXT, tags::TEXT, counts::TEXT, place.lat, place.seen::TEXT';
    expect((await rows('lines', nested))[0]).toEqual(["{'a': [1, NULL]}", '[x, y]', '{a=1}', 1.5, '[1970-01-02]']);
  });

  it('keeps every digit of a number', async () => {
    const line =
      '{"id":9007199254740993,"required":"12345678901234567890 \\" 1.2345678901234567","price":1234567890123456.7891,"wide":0.12345678901234568,"any":[9007199254740993],"counts":{"a":-9223372036854775808}}';
    const { exitCode } = await ingest('exact', [write('a.ndjson', line)]);
    expect(exitCode).toBe(0);
    expect(await rows('exact', 'id::TEXT, required, price::TEXT, wide, "any"::TEXT, counts::TEXT')).toEqual([
      [
        '9007199254740993',
        '12345678901234567890 " 1.2345678901234567',
        '1234567890123456.7891',
        0.12345678901234568,
        '[9007199254740993]',
        '{a=-9223372036854775808}',
      ],
    ]);
  });

  it('writes several files, compressed ones and those of patterns, each once', async () => {
    mkdirSync(join(folder, 'logs'));
    write('logs/b.jsonl', records(10, 12));
    write('logs/a.ndjson.gz', Buffer.concat([gzipSync(records(0, 5)), gzipSync(records(5, 10))]));
    write('logs/[c].ndjson', records(12, 13));
    write('logs/empty.ndjson', '');
    const given = [join(folder, 'logs/*'), join(folder, 'logs/b.jsonl'), join(folder, 'logs/[c].ndjson')];
    const { exitCode, stdout } = await ingest('files', given);
    expect(exitCode).toBe(0);
    expect(stdout[0]).toMatch(/^13 records are durable in main\.iot\.files of 4 inputs, /);
    expect((await rows('files', 'id::INT')).flat()).toEqual(Array.from({ length: 13 }, (_, id) => id));
  });

  it('reads standard input, compressed or not, cut anywhere', async () => {
    const bytes = gzipSync(records(0, 3));
    const pieces = Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 9), bytes.subarray(9)]);
    expect((await ingest('stdin', [], pieces)).exitCode).toBe(0);
    expect((await ingest('stdin', ['-', '--format', 'csv'], 'required,id\nr3,3\n')).exitCode).toBe(0);
    expect(await rows('stdin', 'id::INT, required')).toEqual([0, 1, 2, 3].map((id) => [id, `r${id}`]));
  });

  it('writes CSV by the types of the table', async () => {
    const path = write(
      'a.csv',
      [
        '\ufeffID,Required,temp,price,flag,wide,day,at,raw,note,any,tags,counts,place',
        '1,,+5,-12.5,TRUE,1e3,2026-02-28,2026-01-31 12:00,AQI=,"a ""b"",',
        'c","{""a"":[1,null]}","[""x""]","{""a"":9007199254740993}","{""lat"":1.5,""seen"":[""1970-01-02""]}"',
        '',
        '2,r2,,,no,-inf,,1000000,,,,,,',
        '',
      ].join('\r\n'),
    );
    const { exitCode, stderr } = await ingest('csv', [path]);
    expect([exitCode, stderr]).toEqual([0, []]);
    const scalars = 'temp, price::TEXT, flag, wide::TEXT, day::TEXT, epoch_us("at")::DOUBLE, hex(raw), note, required';
    expect(await rows('csv', scalars)).toEqual([
      [5, '-12.5000', true, '1000.0', '2026-02-28', 1_769_860_800_000_000, '0102', 'a "b",\r\nc', ''],
      [null, null, false, '-inf', null, 1_000_000, null, null, 'r2'],
    ] as unknown[][]);
    const nested = '"any"::TEXT, tags::TEXT, counts::TEXT, place.lat, place.seen::TEXT';
    expect((await rows('csv', nested))[0]).toEqual([
      "{'a': [1, NULL]}",
      '[x]',
      '{a=9007199254740993}',
      1.5,
      '[1970-01-02]',
    ]);
  });

  it('takes tabs in .tsv files, and another delimiter if it is given', async () => {
    const tabs = write('a.tsv', 'id\trequired\n1\ta,b\n');
    const semicolons = write('a.csv', 'id;required\n2;a,b\n');
    expect((await ingest('tsv', [tabs])).exitCode).toBe(0);
    expect((await ingest('tsv', [semicolons, '--delimiter', ';'])).exitCode).toBe(0);
    expect(await rows('tsv', 'id::INT, required')).toEqual([
      [1, 'a,b'],
      [2, 'a,b'],
    ]);
  });

  it('writes records that do not fit into a file, and goes on', async () => {
    const lines = write('a.ndjson', `${record(0)}\n{"id":1,"required":2}\n\n{"id":\n${record(2)}\n`);
    const fields = write('b.csv', 'id,required,at\n3,r3,\n4,r4,yesterday\n5\n');
    const bad = join(folder, 'bad.ndjson');
    const { exitCode, stdout } = await ingest('rejected', [lines, fields, '--rejected', bad]);
    expect(exitCode).toBe(3);
    expect(stdout.join()).toContain(`3 records are durable in main.iot.rejected of 2 inputs, 4 rejected into ${bad}, `);
    const letters = readFileSync(bad, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(letters.map(({ value }) => value)).toEqual([
      '{"id":1,"required":2}',
      '{"id":',
      ['4', 'r4', 'yesterday'],
      ['5'],
    ]);
    expect(letters.map(({ reason }) => reason)).toEqual([
      `${lines}: line 2: required: expected string, got number.`,
      jasmine.stringMatching(/a\.ndjson: line 4: the line is not JSON: /),
      `${fields}: line 3: at: expected a time such as 2026-01-31T12:00:00.123456Z, got "yesterday".`,
      `${fields}: line 4: the record has 1 fields, and the header has 3.`,
    ]);
    expect((await rows('rejected', 'id::INT')).flat()).toEqual([0, 2, 3]);
  });

  it('ends at a record that does not fit, once everything before it is durable', async () => {
    const path = write('a.ndjson', `${records(0, 5)}{"id":"x"}\n${records(6, 9)}`);
    const { exitCode, stdout, stderr } = await ingest('failed', [path]);
    expect([exitCode, stdout]).toEqual([1, []]);
    expect(stderr).toEqual([
      `Everything up to ${path}: line 5 is durable.`,
      `rxjs-zerobus ingest: ${path}: line 6: id: expected integer, got string. (INVALID_RECORD)`,
    ]);
    expect((await rows('failed', 'id::INT')).flat()).toEqual([0, 1, 2, 3, 4]);
  });

  it('spreads records over streams', async () => {
    const path = write('a.ndjson', records(0, 1000));
    expect((await ingest('streams', [path, '--streams', '3', '--window', '50'])).exitCode).toBe(0);
    expect((await rows('streams', 'id::INT')).flat()).toEqual(Array.from({ length: 1000 }, (_, id) => id));
  });

  it('takes no more memory for a large file', async () => {
    // More than the heap, which has room for the window.
    const line = (id: number): string => `${JSON.stringify({ id, required: 'x'.repeat(15_000) })}\n`;
    const path = write('a.ndjson', Array.from({ length: 4200 }, (_, id) => line(id)).join(''));
    expect(statSync(path).size).toBeGreaterThan(60 * 1024 * 1024);
    const env = { ...environmentOf(started), NODE_OPTIONS: '--max-old-space-size=56' };
    const args = ['ingest', path, '--table', 'main.iot.large', '--window', '500'];
    const { exitCode, stdout, stderr } = await startCommand(args, env).outcome;
    expect([exitCode, stderr]).toEqual([0, []]);
    expect(stdout.join()).toMatch(/^4,200 records are durable/);
  });

  it('bounds the rate', async () => {
    const before = performance.now();
    const { exitCode, stderr } = await ingest('quick', [write('a.ndjson', records(0, 20)), '--rate', '100']);
    expect([exitCode, stderr]).toEqual([0, []]);
    // The first record need not wait, and a tenth of a second's worth may have been saved.
    expect(performance.now() - before).toBeGreaterThan(90);
    expect((await rows('quick', 'id::INT')).flat()).toHaveSize(20);
  });

  it('checks records without sending them, and sums up what is wrong', async () => {
    const bad = Array.from({ length: 5 }, (_, index) => `{"id":"${index}","required":"r"}\n`).join('');
    const path = write('a.ndjson', `${record(0)}\n${bad}{"id":1,"required":"r","price":123456789012345678.5}\n{}\n`);
    const { exitCode, stdout } = await ingest('dry', [path, '--dry-run']);
    expect(exitCode).toBe(3);
    expect(stdout).toEqual([
      '5 × id: expected integer, got string.',
      ...[2, 3, 4].map((line) => `    ${path}: line ${line}: id: expected integer, got string.`),
      '    …',
      '1 × price: … does not fit DECIMAL(20,4).',
      `    ${path}: line 7: price: "123456789012345678.5" does not fit DECIMAL(20,4).`,
      '1 × id: the column is NOT NULL, got undefined.',
      `    ${path}: line 8: id: the column is NOT NULL, got undefined.`,
      '7 of 8 records do not fit main.iot.dry. Nothing was sent.',
    ]);
    const fits = await ingest('dry', [write('b.ndjson', record(1)), '--dry-run']);
    expect([fits.exitCode, fits.stdout]).toEqual([0, ['0 of 1 records do not fit main.iot.dry. Nothing was sent.']]);
    expect(await rows('dry', 'id')).toEqual([]);
  });

  it('says which file cannot be read, and where', async () => {
    const broken: readonly (readonly [name: string, content: string | Buffer, message: RegExp])[] = [
      [
        'a.csv',
        'id,nope\n1,2\n',
        /a\.csv: line 1: The header does not fit the table: "nope" is not a column of .*INVALID_SCHEMA/,
      ],
      ['b.csv', 'id\n1\n', /b\.csv: line 1: The header does not fit the table: it lacks required, and NULL is not/],
      ['c.csv', 'id,required\n1,x\n2,"a"b\n', /c\.csv: line 3 is not CSV: Invalid Closing Quote: .*INVALID_RECORD/],
      ['d.ndjson', Buffer.from(`${record(1)}\n\xff\n`, 'latin1'), /d\.ndjson: line 2 \(byte 25\) is not UTF-8/],
      [
        'e.ndjson.gz',
        gzipSync(records(0, 99)).subarray(0, 60),
        /e\.ndjson\.gz: after line \d+: unexpected end of file/,
      ],
      ['f.txt', '', /The ending of .*f\.txt does not say its format\. Pass --format/],
    ];
    for (const [name, content, message] of broken) {
      const { exitCode, stdout, stderr } = await ingest('failed', [write(name, content), '--dry-run']);
      expect(exitCode).withContext(name).toBe(1);
      expect(stdout.length).withContext(name).toBeLessThan(2);
      expect(stderr.join()).withContext(name).toMatch(message);
    }
    const missing = await ingest('failed', [join(folder, 'none.ndjson')]);
    expect(missing.stderr).toEqual([`rxjs-zerobus ingest: There is no file ${join(folder, 'none.ndjson')}.`]);
    const unmatched = await ingest('failed', [join(folder, '*.none')]);
    expect(unmatched.stderr).toEqual([`rxjs-zerobus ingest: No file matches ${join(folder, '*.none')}.`]);
  });

  it('does not write rejected records into an input, or into a folder that does not exist', async () => {
    const path = write('a.ndjson', record(1));
    const itself = await ingest('failed', [path, '--rejected', path]);
    expect([itself.exitCode, itself.stderr.join()]).toEqual([1, jasmine.stringMatching(/is an input, so rejected/)]);
    const nowhere = await ingest('failed', [path, '--rejected', join(folder, 'none/bad.ndjson')]);
    expect([nowhere.exitCode, nowhere.stderr.join()]).toEqual([1, jasmine.stringMatching(/ENOENT.*Pass another/)]);
    expect(readdirSync(folder)).toEqual(['a.ndjson']);
  });

  it('refuses arguments that are not valid, and prints its help', async () => {
    const access = ['--table', 'a.b.c', '--endpoint', 'x', '--uc-endpoint', 'x', '--client-id', 'x', '--client-secret'];
    const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['a.ndjson', '--table', 'a.b.c'], /^rxjs-zerobus ingest: Missing options: --endpoint \(or ZEROBUS_ENDPOINT\), /],
      [[...access, 'hush', '--streams', '0'], /--streams must be an integer from 1 to 999999999\./],
      [[...access, 'hush', '--format', 'xml'], /--format must be ndjson or csv\./],
      [[...access, 'hush', '--resume'], /--resume needs files: standard input cannot be read again\./],
      [[...access, 'hush', '--data', 'x'], /--data and --sample are for --local\./],
      [[...access, 'hush', '--dry-run', '--rejected', 'x'], /--dry-run writes nothing/],
      [[...access, 'hush', '--tabel', 'x'], /Unknown option '--tabel'\./],
    ];
    for (const [args, message] of wrong) {
      const { exitCode, stdout, stderr } = await runHere(['ingest', ...args], {});
      expect([exitCode, stdout]).toEqual([2, []]);
      expect(stderr[0]).toMatch(message);
      expect(stderr.join()).not.toContain('hush');
    }
    const { exitCode, stdout } = await runHere(['ingest', '--help'], {});
    expect(exitCode).toBe(0);
    const help = stdout.join('\n');
    for (const name of ['table', 'rejected', 'resume', 'dry-run', 'streams', 'rate', 'window', 'local', 'endpoint']) {
      expect(help).toMatch(new RegExp(`^ {2}--${name} `, 'm'));
    }
    expect(help).toContain('Exit codes: 0 ');
    expect(Math.max(...stdout.map(({ length }) => length))).toBeLessThanOrEqual(120);
  });
});
