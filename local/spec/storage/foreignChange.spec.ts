import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaAction } from '../../lib/delta/deltaAction.ts';
import { UnwritableTableError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { actionIn, appendNumbers, commitAsOther, numbersIn, TABLE_NAME, useTableStore } from './storeFixture.ts';

type Field = { name: string; type: unknown; nullable: boolean; metadata: object };

describe('a table that another writer changes', () => {
  const fixture = useTableStore();

  /** Commits the table's metaData with other fields. */
  async function alter(store: TableStore, change: (fields: Field[]) => Field[]): Promise<void> {
    const tablePath = store.tablePath(TABLE_NAME);
    const metaData = await actionIn(tablePath, 0, 'metaData');
    const schema = JSON.parse(metaData.schemaString) as { fields: Field[] };
    const schemaString = JSON.stringify({ ...schema, fields: change(schema.fields) });
    await commitAsOther(tablePath, { metaData: { ...metaData, schemaString } });
  }

  const features = (...names: readonly string[]): DeltaAction => ({
    protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'invariants', ...names] },
  });

  const upgrades: Readonly<Record<string, DeltaAction>> = {
    'CHECK constraints by version': { protocol: { minReaderVersion: 1, minWriterVersion: 3 } },
    'CHECK constraints by feature': features('checkConstraints'),
    'in-commit timestamps': features('inCommitTimestamp'),
    'row tracking': features('rowTracking', 'domainMetadata'),
    'deletion vectors': {
      protocol: {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['deletionVectors'],
        writerFeatures: ['deletionVectors'],
      },
    },
  };

  for (const [name, upgrade] of Object.entries(upgrades)) {
    it(`is not written to by any attempt after it needs ${name}, and takes no more rows`, async () => {
      const refusals: string[] = [];
      const store = await fixture().open({ onUnwritable: (table, error) => refusals.push(`${table}: ${error.name}`) });
      const tablePath = store.tablePath(TABLE_NAME);
      await appendNumbers(store, [1]);
      await store.flush();
      await commitAsOther(tablePath, upgrade);
      await appendNumbers(store, [2, 3]);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await expectAsync(store.flush()).toBeRejectedWithError(
          UnwritableTableError,
          /main\.o\.t takes no records: .* 2 acknowledged rows \(\d+ bytes\) wait in .*zerobus-local rescue/,
        );
      }
      await expectAsync(appendNumbers(store, [4])).toBeRejectedWithError(UnwritableTableError);
      expect(refusals).toEqual([`${TABLE_NAME}: UnwritableTableError`]);
      await expectAsync(access(`${tablePath}/_delta_log/00000000000000000003.json`)).toBeRejected();
      expect(store.problem('MAIN.o.t')?.message).toMatch(/takes no records/);

      // When the other writer reverts the change, the waiting rows go in and new ones are accepted.
      await commitAsOther(tablePath, { protocol: { minReaderVersion: 1, minWriterVersion: 2 } });
      await store.flush();
      await appendNumbers(store, [5]);
      await store.flush();
      expect(await numbersIn(tablePath)).toEqual([1, 2, 3, 5]);
      expect(store.problem(TABLE_NAME)).toBeUndefined();
    });
  }

  it('is reported at every start while its rows wait, and does not prevent other tables from being served', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    await commitAsOther(first.tablePath(TABLE_NAME), upgrades['CHECK constraints by feature'] as DeltaAction);
    const killed = await fixture().kill();
    for (let start = 1; start <= 2; start += 1) {
      const store = await fixture().open({ dataDir: killed });
      expect(store.counters(TABLE_NAME).unflushedRows).toBe(1);
      await expectAsync(appendNumbers(store, [2])).toBeRejectedWithError(UnwritableTableError);
      await expectAsync(store.close()).toBeRejectedWithError(UnwritableTableError);
      expect(fixture().errors.filter((message) => /1 acknowledged rows .* wait in/.test(message)).length).toBe(start);
    }
    await commitAsOther(first.tablePath(TABLE_NAME).replace('/data/', '/data-killed/'), {
      protocol: { minReaderVersion: 1, minWriterVersion: 2 },
    });
    await (await fixture().open({ dataDir: killed })).close();
    expect(await numbersIn(first.tablePath(TABLE_NAME).replace('/data/', '/data-killed/'))).toEqual([1]);
  });

  it('uses a column that was added, without a restart', async () => {
    const store = await fixture().open();
    await appendNumbers(store, [1]);
    await alter(store, (fields) => [{ name: 'note', type: 'string', nullable: true, metadata: {} }, ...fields]);
    await store.flush();
    expect(store.definition(TABLE_NAME)?.columns.map(({ name }) => name)).toEqual(['note', 'n']);
    await store.append(TABLE_NAME, Buffer.from('{"n":2,"note":"x"}\n'), 1);
    const killed = await fixture().kill();
    const second = await fixture().open({ dataDir: killed });
    await second.close();
    const { rows } = await readTable(second.tablePath(TABLE_NAME), 'SELECT n, note FROM this ORDER BY n');
    expect(rows).toEqual([
      ['1', null],
      ['2', 'x'],
    ]);
    expect(fixture().errors).toEqual([]);
  });

  const breakingChanges: Readonly<Record<string, { change: (fields: Field[]) => Field[]; problem: RegExp }>> = {
    'another type': {
      change: (fields) => fields.map((field) => ({ ...field, type: 'string' })),
      problem: /column n is STRING now, it was BIGINT/,
    },
    'a column less': {
      change: () => [{ name: 'other', type: 'long', nullable: true, metadata: {} }],
      problem: /column n is gone/,
    },
    'a column that is NOT NULL': {
      change: (fields) => fields.map((field) => ({ ...field, nullable: false })),
      problem: /column n is NOT NULL now/,
    },
    'a new column that is NOT NULL': {
      change: (fields) => [...fields, { name: 'other', type: 'long', nullable: false, metadata: {} }],
      problem: /column other was added and is NOT NULL/,
    },
  };

  for (const [name, { change, problem }] of Object.entries(breakingChanges)) {
    it(`keeps rows waiting that do not fit it with ${name}, even after a restart`, async () => {
      const first = await fixture().open();
      await first.append(TABLE_NAME, Buffer.from('{"n":1}\n{}\n'), 2);
      await alter(first, change);
      await expectAsync(first.flush()).toBeRejectedWithError(UnwritableTableError, problem);
      const killed = await fixture().kill();
      const second = await fixture().open({ dataDir: killed, tables: [] });
      await expectAsync(second.flush()).toBeRejectedWithError(UnwritableTableError, problem);
      expect(second.counters(TABLE_NAME)).toEqual(jasmine.objectContaining({ unflushedRows: 2, tableRows: 0 }));
    });
  }

  it('accepts waiting rows after a restart if they never used the column that it has lost', async () => {
    const first = await fixture().open();
    await alter(first, (fields) => [...fields, { name: 'note', type: 'string', nullable: true, metadata: {} }]);
    await first.flush();
    await appendNumbers(first, [0]);
    await first.flush();
    await appendNumbers(first, [1]);
    await alter(first, (fields) => fields.map((field) => ({ ...field, nullable: false })));
    const killed = await fixture().kill();
    const second = await fixture().open({ dataDir: killed, tables: [] });
    await appendNumbers(second, [2]);
    await second.close();
    expect(await numbersIn(second.tablePath(TABLE_NAME))).toEqual([0, 1, 2]);
    expect(fixture().errors).toEqual([]);
  });

  it('is served with its new columns after a restart if no rows wait', async () => {
    const first = await fixture().open();
    await alter(first, () => [{ name: 'other', type: 'string', nullable: true, metadata: {} }]);
    await first.close();
    const second = await fixture().open({ tables: [] });
    await second.append(TABLE_NAME, Buffer.from('{"other":"x"}\n'), 1);
    await second.close();
    const { rows } = await readTable(second.tablePath(TABLE_NAME));
    expect(rows).toEqual([['x']]);
  });

  it('does not prevent other tables from being served if its own log can not be read', async () => {
    const tables = [
      parseCreateTable('CREATE TABLE main.o.t (n BIGINT)'),
      parseCreateTable('CREATE TABLE main.o.torn (n BIGINT)'),
      parseCreateTable('CREATE TABLE main.o.saved (n BIGINT)'),
    ];
    const first = await fixture().open({ tables });
    await appendNumbers(first, [1], 'main.o.torn');
    await appendNumbers(first, [1], 'main.o.saved');
    const killed = await fixture().kill();
    await writeFile(join(killed, 'tables/main/o/torn/_delta_log/00000000000000000001.json'), '{"add":');
    const id = first.tableId('main.o.saved');
    await writeFile(join(killed, 'wal/main/o/saved', id, 'schema.json'), 'x');
    const second = await fixture().open({ dataDir: killed, tables: [] });
    await appendNumbers(second, [1]);
    await second.flush();
    expect(await numbersIn(second.tablePath(TABLE_NAME))).toEqual([1]);
    expect(second.problem('main.o.torn')?.message).toMatch(/main\.o\.torn can't be served: .*0001\.json is damaged/);
    expect(second.problem('main.o.saved')?.message).toMatch(/main\.o\.saved can't be served: .*schema\.json/);
    await expectAsync(appendNumbers(second, [1], 'main.o.torn')).toBeRejectedWithError(/can't be served/);
    for (const name of ['torn', 'saved']) {
      const waiting = new RegExp(`^1 acknowledged rows .* of main\\.o\\.${name} wait in`);
      expect(fixture().errors).toContain(jasmine.stringMatching(waiting));
    }
  });

  it('is refused if another table has replaced it', async () => {
    const store = await fixture().open();
    await appendNumbers(store, [1]);
    const metaData = await actionIn(store.tablePath(TABLE_NAME), 0, 'metaData');
    await commitAsOther(store.tablePath(TABLE_NAME), { metaData: { ...metaData, id: 'another-id' } });
    await expectAsync(store.flush()).toBeRejectedWithError(UnwritableTableError, /was replaced by another one/);
  });
});
