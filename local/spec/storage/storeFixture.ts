import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaAction } from '../../lib/delta/deltaAction.ts';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore, type TableStoreOptions } from '../../lib/storage/openTableStore.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { useTemporaryDirectory } from './temporaryDirectory.ts';

/** A table store of the current spec, with one table `main.o.t (n BIGINT)`. */
export interface StoreFixture {
  /** The data directory that {@link open} opens by default. */
  readonly dataDir: string;
  /** Messages of the errors in the background. */
  readonly errors: readonly string[];
  /** Opens a store that flushes only on demand. It is closed after the spec. */
  open(options?: Partial<TableStoreOptions>): Promise<TableStore>;
  /** Copies the data directory as it would be if the process were killed now, and resolves to the copy. */
  kill(dataDir?: string): Promise<string>;
}

/** Gives each spec of a suite its own fixture. */
export function useTableStore(): () => StoreFixture {
  const temporaryDirectory = useTemporaryDirectory();
  let stores: TableStore[] = [];
  let errors: string[] = [];

  beforeEach(() => {
    stores = [];
    errors = [];
  });

  afterEach(async () => {
    await Promise.allSettled(stores.map((store) => store.close()));
  });

  return () => ({
    dataDir: join(temporaryDirectory(), 'data'),
    errors,
    async open(options = {}) {
      const store = await openTableStore({
        dataDir: join(temporaryDirectory(), 'data'),
        tables: [table],
        flushIntervalMs: 3_600_000,
        onError: (error) => errors.push(error.message),
        ...options,
      });
      stores.push(store);
      return store;
    },
    async kill(dataDir = join(temporaryDirectory(), 'data')) {
      const copy = `${dataDir}-killed`;
      await cp(dataDir, copy, { recursive: true });
      return copy;
    },
  });
}

const table = parseCreateTable('CREATE TABLE main.o.t (n BIGINT)');

/** The full name of the fixture's table. */
export const TABLE_NAME = 'main.o.t';

/** Appends rows with these numbers. */
export function appendNumbers(
  store: TableStore,
  numbers: readonly number[],
  fullName: string = TABLE_NAME,
): Promise<void> {
  const lines = numbers.map((n) => `{"n":${n}}\n`).join('');
  return store.append(fullName, Buffer.from(lines), numbers.length);
}

/** The numbers in a table, sorted. */
export async function numbersIn(tablePath: string): Promise<readonly number[]> {
  const { rows } = await readTable(tablePath, 'SELECT n FROM this ORDER BY n');
  return rows.map(([n]) => Number(n));
}

/** Makes the next commit of a table as another writer. */
export async function commitAsOther(tablePath: string, ...actions: readonly DeltaAction[]): Promise<void> {
  const names = (await readdir(join(tablePath, '_delta_log'))).filter((name) => /^\d{20}\.json$/.test(name));
  const version = Math.max(...names.map((name) => Number(name.slice(0, 20)))) + 1;
  await writeFile(commitPath(tablePath, version), actions.map((action) => `${JSON.stringify(action)}\n`).join(''), {
    flag: 'wx',
  });
}

/** The first action of a kind in a commit. */
export async function actionIn<Kind extends keyof DeltaAction>(
  tablePath: string,
  version: number,
  kind: Kind,
): Promise<NonNullable<DeltaAction[Kind]>> {
  const lines = (await readFile(commitPath(tablePath, version), 'utf8')).split('\n').filter((line) => line !== '');
  const actions = lines.map((line) => JSON.parse(line) as DeltaAction);
  return actions.find((action) => action[kind] !== undefined)?.[kind] as NonNullable<DeltaAction[Kind]>;
}
