import { readFile } from 'node:fs/promises';
import type { DeltaAction } from '../../lib/delta/deltaAction.ts';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { TableDefinitionError, TableStoreError, UnwritableTableError } from '../../lib/errors.ts';
import { parseAlterTable } from '../../lib/schema/parseAlterTable.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { actionIn, appendNumbers, commitAsOther, numbersIn, TABLE_NAME, useTableStore } from './storeFixture.ts';

describe('a table that is altered by the running server', () => {
  const fixture = useTableStore();

  const alter = (store: TableStore, clause: string) =>
    store.alter(TABLE_NAME, parseAlterTable(`ALTER TABLE ${TABLE_NAME} ${clause}`).changes);

  async function actionsIn(tablePath: string, version: number): Promise<readonly DeltaAction[]> {
    const lines = (await readFile(commitPath(tablePath, version), 'utf8')).trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as DeltaAction);
  }

  it('has NULL in the rows that waited, and takes the column at once', async () => {
    const store = await fixture().open();
    const tablePath = store.tablePath(TABLE_NAME);
    await appendNumbers(store, [1]);
    await store.flush();
    await appendNumbers(store, [2]);
    const table = await alter(store, "ADD COLUMN note STRING COMMENT 'why' FIRST");
    expect(table.columns.map(({ name }) => name)).toEqual(['note', 'n']);
    expect(store.definition(TABLE_NAME)).toEqual(table);
    await appendNumbers(store, [3]);
    await store.append(TABLE_NAME, Buffer.from('{"n":4,"note":"x"}\n'), 1);
    await store.flush();
    const { rows } = await readTable(tablePath, 'SELECT n, note FROM this ORDER BY n');
    expect(rows).toEqual([
      ['1', null],
      ['2', null],
      ['3', null],
      ['4', 'x'],
    ]);
    const [info, ...others] = await actionsIn(tablePath, 2);
    expect(info?.commitInfo).toEqual(
      jasmine.objectContaining({ operation: 'ADD COLUMNS', engineInfo: 'zerobus-local' }),
    );
    // Nothing but the columns has changed.
    const before = await actionIn(tablePath, 0, 'metaData');
    expect(others).toEqual([{ metaData: { ...before, schemaString: jasmine.any(String) as unknown as string } }]);
    expect(fixture().errors).toEqual([]);
  });

  it('takes nested fields, and types that need a feature of Delta', async () => {
    const table = parseCreateTable(
      'CREATE TABLE main.o.t (n BIGINT, pos STRUCT<x: DOUBLE>, list ARRAY<STRUCT<a: INT>>)',
    );
    const store = await fixture().open({ tables: [table] });
    const tablePath = store.tablePath(TABLE_NAME);
    await store.append(TABLE_NAME, Buffer.from('{"n":1,"pos":{"x":1},"list":[{"a":1}]}\n'), 1);
    await store.flush();
    await alter(store, 'ADD COLUMN pos.z DOUBLE, list.element.b INT, v VARIANT, at TIMESTAMP_NTZ');
    expect(await actionIn(tablePath, 2, 'protocol')).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz', 'variantType'],
      writerFeatures: ['appendOnly', 'invariants', 'timestampNtz', 'variantType'],
    });
    const line = '{"n":2,"pos":{"x":2,"z":3},"list":[{"b":4}],"v":"{\\"k\\":1}","at":0}\n';
    await store.append(TABLE_NAME, Buffer.from(line), 1);
    await store.flush();
    const { rows } = await readTable(
      tablePath,
      'SELECT n, pos.x, pos.z, list[1].a, list[1].b, v IS NULL, epoch_us("at") FROM this ORDER BY n',
    );
    expect(rows).toEqual([
      ['1', 1, null, 1, null, true, null],
      ['2', 2, 3, null, 4, false, '0'],
    ]);
    expect(store.counters(TABLE_NAME)).toEqual(jasmine.objectContaining({ tableRows: 2, rejectedRows: 0 }));
  });

  it('is altered after the commits that another writer makes meanwhile', async () => {
    const store = await fixture().open();
    const tablePath = store.tablePath(TABLE_NAME);
    const metaData = await actionIn(tablePath, 0, 'metaData');
    const foreign = { name: 'foreign', type: 'string', nullable: true, metadata: { 'other.writer': 'x' } };
    const schema = JSON.parse(metaData.schemaString) as { fields: object[] };
    const schemaString = JSON.stringify({ ...schema, fields: [...schema.fields, foreign] });
    await commitAsOther(tablePath, { metaData: { ...metaData, schemaString, configuration: { 'a.b': 'c' } } });
    await alter(store, 'ADD COLUMN ours INT');
    const after = await actionIn(tablePath, 2, 'metaData');
    expect(after.configuration).toEqual({ 'a.b': 'c' });
    expect((JSON.parse(after.schemaString) as { fields: object[] }).fields).toEqual([
      ...schema.fields,
      foreign,
      { name: 'ours', type: 'integer', nullable: true, metadata: {} },
    ]);
    await expectAsync(alter(store, 'ADD COLUMN foreign INT')).toBeRejectedWithError(
      TableDefinitionError,
      /already a column foreign/,
    );
  });

  it('loses no column if it is altered several times at once while rows are flushed', async () => {
    const store = await fixture().open();
    const tasks = Array.from({ length: 12 }, async (_, index) => {
      await appendNumbers(store, [index]);
      await Promise.all([alter(store, `ADD COLUMN c${index} INT`), store.flush()]);
    });
    await Promise.all(tasks);
    const names = store.definition(TABLE_NAME)?.columns.map(({ name }) => name) ?? [];
    expect([...names].sort()).toEqual(['n', ...Array.from({ length: 12 }, (_, index) => `c${index}`)].sort());
    expect(await numbersIn(store.tablePath(TABLE_NAME))).toEqual(Array.from({ length: 12 }, (_, index) => index));
    const killed = await fixture().kill();
    const second = await fixture().open({ dataDir: killed });
    expect(second.definition(TABLE_NAME)?.columns.map(({ name }) => name)).toEqual(names);
    expect(fixture().errors).toEqual([]);
  });

  it('keeps its columns, and rows that use them, across a kill', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    await alter(first, 'ADD COLUMN note STRING');
    await first.append(TABLE_NAME, Buffer.from('{"n":2,"note":"x"}\n'), 1);
    const killed = await fixture().kill();
    const second = await fixture().open({ dataDir: killed });
    await second.close();
    const { rows } = await readTable(second.tablePath(TABLE_NAME), 'SELECT n, note FROM this ORDER BY n');
    expect(rows).toEqual([
      ['1', null],
      ['2', 'x'],
    ]);
  });

  it('is not altered if it can not be written to, if there is no such table, or after the store is closed', async () => {
    const store = await fixture().open();
    await commitAsOther(store.tablePath(TABLE_NAME), { protocol: { minReaderVersion: 1, minWriterVersion: 3 } });
    await expectAsync(alter(store, 'ADD COLUMN x INT')).toBeRejectedWithError(UnwritableTableError);
    await expectAsync(store.alter('main.o.none', [])).toBeRejectedWithError(TableStoreError, /no table main\.o\.none/);
    await store.close();
    await expectAsync(alter(store, 'ADD COLUMN x INT')).toBeRejectedWithError(TableStoreError, /closed/);
  });
});
