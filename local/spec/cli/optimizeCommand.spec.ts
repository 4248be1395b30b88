import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { appendNumbers, numbersIn, TABLE_NAME, useTableStore } from '../storage/storeFixture.ts';
import { breakTable } from '../support/brokenTables.ts';
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

  it('say which tables they leave out and why, do the others, and end with 1', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 0 });
    for (const n of [1, 2]) {
      await appendNumbers(store, [n]);
      await store.flush();
    }
    await store.close();
    const { dataDir } = fixture();
    for (const kind of ['deleted_rows', 'cut_commit', 'empty_log']) {
      const broken = join(dataDir, 'tables/main/o', kind);
      await cp(store.tablePath(TABLE_NAME), broken, { recursive: true });
      await rm(commitPath(broken, 2));
      await breakTable[kind]?.(broken);
    }
    await mkdir(join(dataDir, 'tables/main/o/folder'));
    for (const [command, failure, done] of [
      ['optimize', 'optimized', '2 files merged into 1'],
      ['vacuum', 'vacuumed', '0 files deleted, 0 bytes'],
    ] as const) {
      const { code, stdout, stderr } = await run(command);
      expect([code, stdout]).toEqual([1, `main.o.t: ${done}\n`]);
      expect(stderr.trimEnd().split('\n')).toEqual([
        jasmine.stringMatching(`^zerobus-local: main.o.cut_commit was not ${failure}: .* is damaged.*\\.$`),
        jasmine.stringMatching(`^zerobus-local: main.o.deleted_rows was not ${failure}: .*deletion vectors.*\\.$`),
        jasmine.stringMatching(`^zerobus-local: main.o.empty_log was not ${failure}: .* is empty.*\\.$`),
      ]);
      const named = await run(command, 'cut_commit');
      expect([named.code, named.stdout]).toEqual([1, '']);
      expect(named.stderr).toMatch(`^zerobus-local: main.o.cut_commit was not ${failure}: .* is damaged`);
      expect((await run(command, 't')).code).toBe(0);
      expect((await run(command, 'folder')).stderr).toMatch(/^zerobus-local: .*folder.* no Delta table.*\.\n$/);
    }
  }, 120_000);

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
