import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { runHere, startCommand } from '../support/ingestRun.ts';
import { IngestWorld } from '../support/ingestWorld.ts';

const tables = [
  'files',
  'stdin',
  'rejected',
  'streams',
  'failed',
  'dry',
  'quick',
  'large',
  'refused',
  'again',
  'unread',
];
const COLUMNS = `(id BIGINT NOT NULL, required STRING NOT NULL, price DECIMAL(20, 4), at TIMESTAMP,
  sum BIGINT GENERATED ALWAYS AS (id + 1))`;

describe('rxjs-zerobus ingest', () => {
  let world: IngestWorld;

  beforeAll(async () => {
    world = await IngestWorld.start(COLUMNS, tables);
  });

  afterAll(() => world.close());
  beforeEach(() => world.makeFolder());
  afterEach(() => world.removeFolder());

  const record = (id: number): string => JSON.stringify({ id, required: `r${id}` });
  const records = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => `${record(from + index)}\n`).join('');

  it('writes several files, compressed ones and those of patterns, each once', async () => {
    mkdirSync(join(world.folder, 'logs'));
    world.write('logs/b.jsonl', records(10, 12));
    world.write('logs/a.ndjson.gz', Buffer.concat([gzipSync(records(0, 5)), gzipSync(records(5, 10))]));
    world.write('logs/[c].ndjson', records(12, 13));
    world.write('logs/empty.ndjson', '');
    const given = [
      join(world.folder, 'logs/*'),
      join(world.folder, 'logs/b.jsonl'),
      join(world.folder, 'logs/[c].ndjson'),
    ];
    const { exitCode, stdout } = await world.ingest('files', given);
    expect(exitCode).toBe(0);
    expect(stdout[0]).toMatch(/^13 records are durable in main\.iot\.files of 4 inputs, /);
    expect((await world.rows('files', 'id::INT')).flat()).toEqual(Array.from({ length: 13 }, (_, id) => id));
  });

  it('reads standard input, compressed or not, cut anywhere', async () => {
    const bytes = gzipSync(records(0, 3));
    const pieces = Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 9), bytes.subarray(9)]);
    expect((await world.ingest('stdin', [], pieces)).exitCode).toBe(0);
    expect((await world.ingest('stdin', ['-', '--format', 'csv'], 'required,id\nr3,3\n')).exitCode).toBe(0);
    expect(await world.rows('stdin', 'id::INT, required')).toEqual([0, 1, 2, 3].map((id) => [id, `r${id}`]));
  });

  it('writes records that do not fit into a file, and goes on', async () => {
    const lines = world.write('a.ndjson', `${record(0)}\n{"id":1,"required":2}\n\n{"id":\n${record(2)}\n`);
    const fields = world.write('b.csv', 'id,required,at\n3,r3,\n4,r4,yesterday\n5\n');
    const bad = join(world.folder, 'bad.ndjson');
    const { exitCode, stdout } = await world.ingest('rejected', [lines, fields, '--rejected', bad]);
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
    expect((await world.rows('rejected', 'id::INT')).flat()).toEqual([0, 2, 3]);
  });

  it('ends at a record that does not fit, once everything before it is durable', async () => {
    const path = world.write('a.ndjson', `${records(0, 5)}{"id":"x"}\n${records(6, 9)}`);
    const { exitCode, stdout, stderr } = await world.ingest('failed', [path]);
    expect([exitCode, stdout]).toEqual([1, []]);
    expect(stderr).toEqual([
      `Everything up to ${path}: line 5 is durable.`,
      `rxjs-zerobus ingest: ${path}: line 6: id: expected integer, got string. (INVALID_RECORD)`,
    ]);
    expect((await world.rows('failed', 'id::INT')).flat()).toEqual([0, 1, 2, 3, 4]);
  });

  it('finds the record that only the service can refuse', async () => {
    const path = world.write('a.ndjson', `${records(0, 20)}{"id":20,"required":"r","sum":1}\n${records(21, 40)}`);
    const alone = await world.ingest('refused', [path]);
    expect(alone.exitCode).toBe(1);
    expect(alone.stderr.at(-1)).toMatch(
      /Between .*a\.ndjson: line \d+ and .*a\.ndjson: line \d+: .*\bsum: .* Pass --rejected to find the record\./,
    );
    const bad = join(world.folder, 'bad.ndjson');
    expect((await world.ingest('refused', [path, '--rejected', bad])).exitCode).toBe(3);
    const { reason, value } = JSON.parse(readFileSync(bad, 'utf8'));
    expect(reason).toMatch(/a\.ndjson: line 21: .*\bsum: /);
    expect(JSON.parse(value)).toEqual({ id: 20, required: 'r', sum: 1 });
    expect(new Set((await world.rows('refused', 'id::INT')).flat()).size).toBe(39);
  });

  it('says why it connects again', async () => {
    world.started.server.faults.refuseStreams({ code: 14, message: 'Come back later.', times: 1 });
    const { exitCode, stderr } = await world.ingest('again', [], record(99));
    expect(exitCode).toBe(0);
    expect(stderr).toEqual([jasmine.stringMatching(/Come back later\. Trying again in \d\.\d s \(1\)\.$/)]);
  });

  it('spreads records over streams', async () => {
    const path = world.write('a.ndjson', records(0, 1000));
    expect((await world.ingest('streams', [path, '--streams', '3', '--window', '50'])).exitCode).toBe(0);
    expect((await world.rows('streams', 'id::INT')).flat()).toEqual(Array.from({ length: 1000 }, (_, id) => id));
  });

  it('takes no more memory for a large file', async () => {
    // More than the heap, which has room for the window.
    const line = (id: number): string => `${JSON.stringify({ id, required: 'x'.repeat(15_000) })}\n`;
    const path = world.write('a.ndjson', Array.from({ length: 4200 }, (_, id) => line(id)).join(''));
    expect(statSync(path).size).toBeGreaterThan(60 * 1024 * 1024);
    const env = { ...world.env, NODE_OPTIONS: '--max-old-space-size=56' };
    const args = ['ingest', path, '--table', 'main.iot.large', '--window', '500'];
    const { exitCode, stdout, stderr } = await startCommand(args, env).outcome;
    expect([exitCode, stderr]).toEqual([0, []]);
    expect(stdout.join()).toMatch(/^4,200 records are durable/);
  });

  it('bounds the rate, and comes to the end all the same', async () => {
    const { exitCode, stderr } = await world.ingest('quick', [
      world.write('a.ndjson', records(0, 20)),
      '--rate',
      '100',
    ]);
    expect([exitCode, stderr]).toEqual([0, []]);
    expect((await world.rows('quick', 'id::INT')).flat()).toHaveSize(20);
  });

  it('checks records without sending them, and sums up what is wrong', async () => {
    const bad = Array.from({ length: 5 }, (_, index) => `{"id":"${index}","required":"r"}\n`).join('');
    const path = world.write(
      'a.ndjson',
      `${record(0)}\n${bad}{"id":1,"required":"r","price":123456789012345678.5}\n{}\n`,
    );
    const { exitCode, stdout } = await world.ingest('dry', [path, '--dry-run']);
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
    const fits = await world.ingest('dry', [world.write('b.ndjson', record(1)), '--dry-run']);
    expect([fits.exitCode, fits.stdout]).toEqual([0, ['0 of 1 records do not fit main.iot.dry. Nothing was sent.']]);
    expect(await world.rows('dry', 'id')).toEqual([]);
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
      ['g.csv', Buffer.from('id,required\n1,x\n2,\xe9\n', 'latin1'), /g\.csv: line 3 is not CSV: It is not UTF-8\. /],
      ['h.csv', Buffer.from('\ufeffid,required\n1,x\n', 'utf16le'), /h\.csv: line 1 is not CSV: It is not UTF-8\. /],
      ['i.csv', Buffer.from('id,required\n1,\xc3', 'latin1'), /i\.csv: line 2 is not CSV: It is not UTF-8\. /],
      [
        'e.ndjson.gz',
        gzipSync(records(0, 99)).subarray(0, 60),
        /e\.ndjson\.gz: after line \d+: unexpected end of file/,
      ],
      ['f.txt', '', /The ending of .*f\.txt does not say its format\. Pass --format/],
    ];
    for (const [name, content, message] of broken) {
      const { exitCode, stdout, stderr } = await world.ingest('failed', [world.write(name, content), '--dry-run']);
      expect(exitCode).withContext(name).toBe(1);
      expect(stdout.length).withContext(name).toBeLessThan(2);
      expect(stderr.join()).withContext(name).toMatch(message);
    }
    const missing = await world.ingest('failed', [join(world.folder, 'none.ndjson')]);
    expect(missing.stderr).toEqual([`rxjs-zerobus ingest: There is no file ${join(world.folder, 'none.ndjson')}.`]);
    const unmatched = await world.ingest('failed', [join(world.folder, '*.none')]);
    expect(unmatched.stderr).toEqual([`rxjs-zerobus ingest: No file matches ${join(world.folder, '*.none')}.`]);
  });

  it('does not write rejected records into an input, or into a world.folder that does not exist', async () => {
    const path = world.write('a.ndjson', record(1));
    const itself = await world.ingest('failed', [path, '--rejected', path]);
    expect([itself.exitCode, itself.stderr.join()]).toEqual([1, jasmine.stringMatching(/is an input, so rejected/)]);
    const nowhere = await world.ingest('failed', [path, '--rejected', join(world.folder, 'none/bad.ndjson')]);
    expect([nowhere.exitCode, nowhere.stderr.join()]).toEqual([1, jasmine.stringMatching(/ENOENT.*Pass another/)]);
    expect(readdirSync(world.folder)).toEqual(['a.ndjson']);
    const link = join(world.folder, 'bad.ndjson');
    linkSync(path, link);
    const linked = await world.ingest('failed', [path, '--rejected', link]);
    expect([linked.exitCode, linked.stderr.join()]).toEqual([1, jasmine.stringMatching(/is an input, so rejected/)]);
    const folder = await world.ingest('failed', [path, '--rejected', world.folder]);
    expect([folder.exitCode, folder.stderr.join()]).toEqual([1, jasmine.stringMatching(/is a folder\. Pass another/)]);
    expect(readFileSync(path, 'utf8')).toBe(record(1));
  });

  it('reads a file once that has several links, and neither a folder nor a named pipe', async () => {
    const path = world.write('a.ndjson', record(1));
    symlinkSync(path, join(world.folder, 'b.ndjson'));
    const { stdout } = await world.ingest('dry', [join(world.folder, '*.ndjson'), '--dry-run']);
    expect(stdout).toEqual(['0 of 1 records do not fit main.iot.dry. Nothing was sent.']);
    const folder = await world.ingest('dry', [world.folder, '--dry-run']);
    expect(folder.stderr.join()).toContain(`${world.folder} is a folder. Pass its files, such as ${world.folder}/*.`);
    const pipe = join(world.folder, 'c.ndjson');
    if (spawnSync('mkfifo', [pipe]).status === 0) {
      const { stderr } = await world.ingest('dry', [pipe, '--dry-run']);
      expect(stderr.join()).toContain('is not a file. Pipe a device or a named pipe into standard input instead.');
    }
  });

  it('writes everything and has its exit code if nothing reads what it prints', async () => {
    const command = startCommand(['ingest', '--table', 'main.iot.unread', '--rate', '1000'], world.env);
    command.outcome.catch(() => {});
    command.process.stdout?.destroy();
    command.process.stderr?.destroy();
    command.process.stdin?.end(records(0, 300));
    const [exitCode] = await once(command.process, 'exit');
    expect(exitCode).toBe(0);
    expect(await world.rows('unread', 'id::INT')).toHaveSize(300);
  });

  it('refuses arguments that are not valid, and prints its help', async () => {
    const access = ['--table', 'a.b.c', '--endpoint', 'x', '--uc-endpoint', 'x', '--client-id', 'x', '--client-secret'];
    const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['a.ndjson', '--table', 'a.b.c'], /^rxjs-zerobus ingest: Missing options: --endpoint \(or ZEROBUS_ENDPOINT\), /],
      [[...access, 'hush', '--streams', '0'], /--streams must be an integer from 1 to 999999999\./],
      [[...access, 'hush', '--format', 'xml'], /--format must be ndjson or csv\./],
      [[...access, 'hush', '--delimiter', '"'], /--delimiter must not have a quote or a line break\./],
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
