import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnwritableTableError } from '../../lib/errors.ts';
import { type DeltaTable, fullTableName } from '../../lib/schema/deltaType.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { querySql } from '../../lib/sql/querySql.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { breakTable } from '../support/brokenTables.ts';
import { appendNumbers } from './storeFixture.ts';

const declaration = (name: string): DeltaTable => parseCreateTable(`CREATE TABLE main.o.${name} (n BIGINT)`);

describe('A table that can not be served', () => {
  let template: string;
  let dataDir: string;
  let errors: string[];

  beforeAll(async () => {
    template = await mkdtemp(join(tmpdir(), 'zerobus-broken-'));
    const store = await openTableStore({ dataDir: template, tables: [declaration('good'), declaration('bad')] });
    await appendNumbers(store, [1], 'main.o.good');
    await appendNumbers(store, [1], 'main.o.bad');
    await store.close();
  });

  afterAll(() => rm(template, { recursive: true }));

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'zerobus-broken-'));
    await cp(template, dataDir, { recursive: true });
    errors = [];
  });

  afterEach(() => rm(dataDir, { recursive: true }));

  const badPath = () => join(dataDir, 'tables/main/o/bad');

  const open = (...tables: readonly DeltaTable[]): Promise<TableStore> =>
    openTableStore({ dataDir, tables, flushIntervalMs: 3_600_000, onError: (error) => errors.push(error.message) });

  /** Serves the other table, and expects one line about this one. */
  async function expectLeftOut(declared: readonly DeltaTable[], line: RegExp): Promise<void> {
    const store = await open(...declared);
    await appendNumbers(store, [2], 'main.o.good');
    await store.flush();
    await expectAsync(appendNumbers(store, [2], 'main.o.bad')).toBeRejected();
    await store.close();
    expect(errors).toEqual([jasmine.stringMatching(line)]);
    expect(errors[0]).toMatch(/\.$/);
    expect((await querySql(dataDir, 'SELECT count(*) FROM main.o.good')).rows).toEqual([['2']]);
  }

  for (const [kind, inflict] of Object.entries(breakTable)) {
    it(`is left out with one line if it is declared, and can't be read: ${kind}`, async () => {
      await inflict(badPath());
      if (kind === 'empty_log') {
        return expectAsync(open(declaration('bad')).then((store) => store.close())).toBeResolved();
      }
      await expectLeftOut(
        [declaration('bad'), declaration('good')],
        /main\.o\.bad (can't be served|takes no records): /,
      );
    });

    it(`is left out with one line if others are declared, and fails its own queries: ${kind}`, async () => {
      await inflict(badPath());
      await expectLeftOut([declaration('good')], /main\.o\.bad (can't be served|takes no records): /);
      await expectAsync(querySql(dataDir, 'SELECT n FROM main.o.bad')).toBeRejectedWithError(
        /main\.o\.bad can't be read/,
      );
    });
  }

  it('is left out with one line if it can not be created', async () => {
    await rm(badPath(), { recursive: true });
    await writeFile(badPath(), 'in the way');
    await expectLeftOut([declaration('bad')], /^main\.o\.bad can't be served: .* Make room for it at .*bad/);
  });

  it('is left out with one line if its write-ahead log can not be used', async () => {
    await rm(join(dataDir, 'wal/main/o/bad'), { recursive: true });
    await writeFile(join(dataDir, 'wal/main/o/bad'), 'in the way');
    await expectLeftOut([], /^main\.o\.bad can't be served: /);
  });

  it('is left out with one line if another has its name in other case', async () => {
    await rename(badPath(), join(dataDir, 'tables/main/o/GOOD'));
    const store = await open();
    expect(store.tables.map(fullTableName)).toEqual(['main.o.GOOD']);
    await store.close();
    expect(errors).toEqual([jasmine.stringMatching(/^main\.o\.good can't be served: main\.o\.GOOD has the same name/)]);
    expect((await querySql(dataDir, 'SELECT 1')).rows).toEqual([[1]]);
  });

  it('does not fail the flush of all tables while none of its rows wait', async () => {
    await breakTable['newer_protocol']?.(badPath());
    const store = await open();
    await appendNumbers(store, [2], 'main.o.good');
    await store.flush();
    await expectAsync(store.flush('main.o.bad')).toBeRejectedWithError(UnwritableTableError);
    await store.close();
  });

  it('is not a folder without a log, a file in the place of one, or a folder of the file system', async () => {
    await mkdir(join(dataDir, 'tables/main/o/folder'));
    await mkdir(join(dataDir, 'tables/main/o/other'));
    await writeFile(join(dataDir, 'tables/main/o/other/_delta_log'), '');
    await cp(badPath(), join(dataDir, 'tables/main/o/.Trash-1000'), { recursive: true });
    const store = await open();
    expect(store.tables.map(fullTableName)).toEqual(['main.o.bad', 'main.o.good']);
    await store.close();
    expect(errors).toEqual([]);
  });
});
