import { appendNumbers, numbersIn, TABLE_NAME, useTableStore } from '../storage/storeFixture.ts';
import { CliProcess, type CliResult } from '../support/cliProcess.ts';

describe('The zerobus-local commands optimize and vacuum', () => {
  const fixture = useTableStore();

  afterEach(() => CliProcess.killAll());

  function run(...args: readonly string[]): Promise<CliResult> {
    return new CliProcess([...args, '--data', fixture().dataDir]).ended;
  }

  it('merge and delete files while a server runs, which goes on', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 0 });
    for (const n of [1, 2, 3]) {
      await appendNumbers(store, [n]);
      await store.flush();
    }
    expect((await run('optimize', 'MAIN.o.t')).stdout).toBe('main.o.t: 3 files merged into 1\n');
    expect((await run('optimize')).stdout).toBe('main.o.t: nothing to merge\n');
    await appendNumbers(store, [4]);
    await store.flush();
    expect((await run('vacuum')).stdout).toBe('main.o.t: 0 files deleted, 0 bytes\n');
    const dryRun = (await run('vacuum', '--retain', '0s', '--dry-run')).stdout.split('\n');
    expect(dryRun.length).toBe(5);
    expect(dryRun[0]).toMatch(/main\/o\/t\/zerobus-.*\.parquet$/);
    expect(dryRun[3]).toMatch(/^main\.o\.t: 3 files would be deleted, \d+ bytes$/);
    expect((await run('vacuum', TABLE_NAME, '--retain', '0s')).stdout).toMatch(
      /^main\.o\.t: 3 files deleted, \d+ bytes\n$/,
    );
    await appendNumbers(store, [5]);
    await store.close();
    expect(await numbersIn(store.tablePath(TABLE_NAME))).toEqual([1, 2, 3, 4, 5]);
    expect(fixture().errors).toEqual([]);
  }, 60_000);

  it('say in one line what is wrong', async () => {
    const missing = await run('optimize');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/^zerobus-local: There are no tables in .*\n$/);
    await (await fixture().open()).close();
    const unknown = await run('vacuum', 'main.o.nothing');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toBe('zerobus-local: There is no table main.o.nothing. The tables are: main.o.t.\n');
    const malformed = await run('vacuum', '--retain', 'week');
    expect(malformed.code).toBe(1);
    expect(malformed.stderr).toContain('Expected a duration such as 7d, 168h or 0s.');
  }, 60_000);
});
