import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { querySql } from 'zerobus-local';
import { runHere } from '../support/ingestRun.ts';

describe('rxjs-zerobus ingest --local', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-local-ingest-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('infers the table of a file, prints it, writes into it, and says how to query it', async () => {
    const path = join(folder, 'Sensor-readings.2026.ndjson');
    const lines = [
      { id: 1, temp: 20, at: '2026-01-01', by: { lat: 1, tags: ['x'] }, any: [1], when: null },
      { id: 9007199254740993n, temp: 20.5, at: '2026-01-01T10:00:00Z', by: { lat: 2.5 }, any: 'x', ok: true },
    ];
    writeFileSync(
      path,
      lines.map((line) => JSON.stringify(line, digits).replaceAll('"@', '').replaceAll('@"', '')).join('\n'),
    );
    const data = join(folder, 'my data');
    const { exitCode, stdout, stderr } = await runHere(['ingest', path, '--local', '--data', data], {});
    expect([exitCode, stderr]).toEqual([0, []]);
    expect(stdout).toEqual([
      'CREATE TABLE main.default.sensor_readings_2026 (',
      '  `id` BIGINT,',
      '  `temp` DOUBLE,',
      '  `at` TIMESTAMP,',
      '  `by` STRUCT<`lat`: DOUBLE, `tags`: ARRAY<STRING>>,',
      '  `any` VARIANT,',
      '  `when` STRING,',
      '  `ok` BOOLEAN',
      ');',
      jasmine.stringMatching(/^2 records are durable in main\.default\.sensor_readings_2026, /),
      `The Delta table is ${join(data, 'tables/main/default/sensor_readings_2026')}. Query it:`,
      `  npx zerobus-local sql --data '${data}' 'SELECT * FROM main.default.sensor_readings_2026 LIMIT 10'`,
    ]);
    const { rows } = await querySql(data, 'SELECT id::TEXT, temp FROM main.default.sensor_readings_2026 ORDER BY 2');
    expect(rows).toEqual([
      ['1', 20],
      ['9007199254740993', 20.5],
    ]);
  });

  it('infers the table of standard input without losing its first records', async () => {
    const fields = 'code,count,share,day,ok\n007,1,0.5,2026-01-01,true\n12,2,3,,false\n13,x,4,,\n';
    const args = ['ingest', '--local', '--data', folder, '--format', 'csv', '--sample', '2', '--table', 'a.b.c'];
    const bad = join(folder, 'bad.ndjson');
    const { exitCode, stdout, stderr } = await runHere([...args, '--rejected', bad], {}, fields);
    expect([exitCode, stderr]).toEqual([3, []]);
    expect(stdout.slice(0, 7)).toEqual([
      'CREATE TABLE a.b.c (',
      '  `code` STRING,',
      '  `count` BIGINT,',
      '  `share` DOUBLE,',
      '  `day` DATE,',
      '  `ok` BOOLEAN',
      ');',
    ]);
    expect(JSON.parse(readFileSync(bad, 'utf8')).reason).toBe(
      'standard input: line 4: count: expected an integer, got "x".',
    );
    const { rows } = await querySql(folder, 'SELECT code FROM a.b.c ORDER BY code');
    expect(rows).toEqual([['007'], ['12']]);
  });

  it('leaves the columns of a table that is there already', async () => {
    const ingest = (text: string): ReturnType<typeof runHere> =>
      runHere(['ingest', '--local', '--data', folder, '--table', 'a.b.c'], {}, text);
    expect((await ingest('{"id":1}')).exitCode).toBe(0);
    const { exitCode, stdout } = await ingest('{"id":2}');
    expect([exitCode, stdout[0]]).toEqual([0, 'a.b.c is there already, and keeps its columns.']);
    const other = await ingest('{"id":3,"more":true}');
    expect([other.exitCode, other.stderr.join()]).toEqual([1, jasmine.stringMatching(/line 1: .*more/)]);
    expect(await querySql(folder, 'SELECT * FROM a.b.c ORDER BY id')).toEqual(
      jasmine.objectContaining({ rows: [['1'], ['2']] }),
    );
  });

  it('leaves no table behind after --dry-run', async () => {
    const data = join(folder, 'data');
    const dryRun = (): ReturnType<typeof runHere> =>
      runHere(['ingest', '--local', '--data', data, '--table', 'a.b.c', '--dry-run'], {}, '{"id":1}\n{"more":"x"}');
    const { exitCode, stdout } = await dryRun();
    expect([exitCode, stdout[0], stdout.at(-1)]).toEqual([
      0,
      'CREATE TABLE a.b.c (',
      '0 of 2 records do not fit a.b.c. Nothing was sent.',
    ]);
    expect(readdirSync(folder)).toEqual([]);
    await runHere(['ingest', '--local', '--data', data, '--table', 'a.b.c'], {}, '{"id":1}');
    const again = await dryRun();
    expect([again.exitCode, again.stdout[0]]).toEqual([3, 'a.b.c is there already, and keeps its columns.']);
  });

  it('starts nothing if there is no table to infer', async () => {
    const data = join(folder, 'data');
    for (const [text, message] of [
      ['', /There is no record to infer a table from\./],
      ['{"a b":1}', /"a b" cannot be the name of a column: /],
      ['{"a":1}', /Invalid table name "x"/],
    ] as const) {
      const more = text === '{"a":1}' ? ['--table', 'x'] : [];
      const { exitCode, stderr } = await runHere(['ingest', '--local', '--data', data, ...more], {}, text);
      expect([exitCode, stderr.join()]).toEqual([1, jasmine.stringMatching(message)]);
    }
    expect(existsSync(data)).toBe(false);
  });
});

function digits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `@${value}@` : value;
}
