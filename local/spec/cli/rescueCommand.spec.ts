import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitAsOther } from '../storage/storeFixture.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

describe('The zerobus-local rescue command', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), "zerobus-local's spec-"));
  });

  afterEach(async () => {
    await CliProcess.killAll();
    await rm(data, { recursive: true });
  });

  const serveArgs = (): readonly string[] => [
    ...['--data', data, '--port', '0', '--http-port', '0', '--no-auth', '--flush-interval', '1h'],
    ...['--table', READINGS_DDL, '--table', 'CREATE TABLE main.iot.other (n BIGINT, v VARIANT)'],
  ];

  /** Kills a server that has unflushed rows, then lets another writer change one of its tables. */
  async function leaveRows(): Promise<void> {
    const server = new CliProcess(serveArgs());
    const endpoint = await server.listening();
    const stream = await RawStream.open(endpoint, READINGS);
    stream.sendJson(0, [{ device: 'ü', temp: 1 }]);
    stream.sendJson(1, [{ temp: 2 }, { temp: 3 }]);
    await stream.acknowledged(1);
    const other = await RawStream.open(endpoint, 'main.iot.other');
    other.sendJson(0, [{ n: 9_007_199_254_740_991, v: '{"a":[1]}' }]);
    await other.acknowledged(0);
    server.kill('SIGKILL');
    await server.ended;
    await commitAsOther(join(data, 'tables/main/iot/readings'), {
      protocol: { minReaderVersion: 1, minWriterVersion: 3 },
    });
  }

  const parse = (text: string): unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  const readingRows = [{ device: 'ü', temp: 1 }, { temp: 2 }, { temp: 3 }];
  const otherRows = [{ n: 9_007_199_254_740_991, v: '{"a":[1]}' }];

  it('prints the unflushed rows as NDJSON, and their tables on stderr', async () => {
    await leaveRows();
    const { code, stdout, stderr } = await CliProcess.run(['rescue', data]);

    expect(code).toBe(0);
    expect(parse(stdout)).toEqual([...otherRows, ...readingRows]);
    expect(stderr).toMatch(/main\.iot\.other: 1 rows from .*\n.*main\.iot\.readings: 3 rows from /);
  }, 60_000);

  it('prints the rows of one table, or writes one file per table without overwriting another', async () => {
    await leaveRows();
    const out = join(data, 'rescued');
    const only = await CliProcess.run(['rescue', '--only', 'MAIN.iot.readings', '--data', data]);
    const files = await CliProcess.run(['rescue', data, '--out', out]);
    const again = await CliProcess.run(['rescue', data, '--out', out]);

    expect(parse(only.stdout)).toEqual(readingRows);
    expect([only.code, files.code, again.code]).toEqual([0, 0, 1]);
    expect(files.stdout).toBe('');
    expect((await readdir(out)).sort()).toEqual(['main.iot.other.ndjson', 'main.iot.readings.ndjson']);
    expect(parse(await readFile(join(out, 'main.iot.readings.ndjson'), 'utf8'))).toEqual(readingRows);
    expect(again.stderr).toMatch(/^zerobus-local: .*main\.iot\.other\.ndjson exists already/);
  }, 60_000);

  it('takes short names of tables that are there or have left rows, and names the candidates of others', async () => {
    await leaveRows();
    await mkdir(join(data, 'wal/main/iot/gone/0'), { recursive: true });
    await mkdir(join(data, 'wal/dev/iot/other/0'), { recursive: true });
    const short = await CliProcess.run(['rescue', data, '--only', 'Readings']);
    const gone = await CliProcess.run(['rescue', data, '--only', 'iot.gone']);
    const unknown = await CliProcess.run(['rescue', data, '--only', 'reading']);
    const ambiguous = await CliProcess.run(['rescue', data, '--only', 'other']);
    const unknownToReject = await CliProcess.run(['rescue', data, '--reject', '--only', 'reading']);
    const rejected = await CliProcess.run(['rescue', data, '--reject', '--only', 'iot.readings']);

    expect(parse(short.stdout)).toEqual(readingRows);
    expect([gone.code, gone.stdout]).toEqual([0, '']);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      'zerobus-local: There is no table reading. The tables are: main.iot.other, main.iot.readings, dev.iot.other, main.iot.gone.\n',
    ]);
    expect([ambiguous.code, ambiguous.stdout]).toEqual([1, '']);
    expect(ambiguous.stderr).toContain('it can be main.iot.other or dev.iot.other. Use the full name.');
    expect([unknownToReject.code, unknownToReject.stderr]).toEqual([
      1,
      'zerobus-local: There is no table reading. The tables are: main.iot.other, main.iot.readings.\n',
    ]);
    expect(rejected.stderr).toContain('main.iot.readings: 3 rows moved to');
  }, 60_000);

  it('reports that no rows wait, and refuses a directory that is open or not a data directory', async () => {
    const server = new CliProcess(serveArgs());
    await server.listening();
    const open = await CliProcess.run(['rescue', data]);
    server.kill('SIGINT');
    await server.ended;
    const none = await CliProcess.run(['rescue', data]);
    const missing = await CliProcess.run(['rescue', join(data, 'nope')]);

    expect(open).toEqual(jasmine.objectContaining({ code: 1, stdout: '' }));
    expect(open.stderr).toMatch(/already open in process \d+: stop that server first/);
    expect(none).toEqual(jasmine.objectContaining({ code: 0, stdout: '' }));
    expect(none.stderr).toMatch(/All acknowledged rows are in their tables/);
    expect(missing.stderr).toMatch(/^zerobus-local: There are no tables in/);
  }, 60_000);

  it('moves rows that their table can not take out of the way, and says where', async () => {
    await leaveRows();
    const { code, stdout, stderr } = await CliProcess.run(['rescue', data, '--reject']);
    const again = await CliProcess.run(['rescue', data, '--reject']);
    const left = await CliProcess.run(['rescue', data]);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(
      /^zerobus-local: main\.iot\.readings: 3 rows moved to .*_zerobus.table_rejected_parquets.*\.parquet, because .*\n.*send them again/,
    );
    expect(again.stderr).toMatch(/No rows wait that their tables can not take/);
    expect(parse(left.stdout)).toEqual(otherRows);
  }, 60_000);

  it('leaves the rows in the log, and the next server reports them when it starts and when it closes', async () => {
    await leaveRows();
    await CliProcess.run(['rescue', data]);
    const server = new CliProcess(serveArgs());
    await server.listening();
    await server.printed('3 acknowledged rows');
    server.kill('SIGINT');
    const { code, stderr } = await server.ended;

    expect(code).toBe(1);
    expect(stderr).toMatch(/main\.iot\.readings takes no records: .* 3 acknowledged rows .*rescue/);
    const { stdout } = await CliProcess.run(['rescue', data]);
    expect(parse(stdout)).toEqual(readingRows);
  }, 60_000);
});
