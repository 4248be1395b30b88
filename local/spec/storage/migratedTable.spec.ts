import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TableStoreError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { sqlTypeText } from '../../lib/schema/sqlTypeText.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { appendNumbers, commitAsOther, TABLE_NAME, useTableStore } from './storeFixture.ts';

describe('a table whose declaration has changed between starts', () => {
  const fixture = useTableStore();

  const declare = (columns: string) => [parseCreateTable(`CREATE TABLE ${TABLE_NAME} (${columns})`)];
  const columnsOf = (store: TableStore): string | undefined =>
    store
      .definition(TABLE_NAME)
      ?.columns.map(({ name, type }) => `${name} ${sqlTypeText(type)}`)
      .join(', ');

  async function versions(store: TableStore): Promise<number> {
    const names = await readdir(join(store.tablePath(TABLE_NAME), '_delta_log'));
    return names.filter((name) => name.endsWith('.json')).length;
  }

  it('gets the nullable columns and struct fields that were added, once', async () => {
    const before = 'n BIGINT NOT NULL, s STRUCT<a: INT>, l ARRAY<STRUCT<a: INT>>, m MAP<STRING, STRUCT<a: INT>>';
    const after =
      'x VARIANT, m MAP<STRING, STRUCT<a: INT, z: INT>>, l ARRAY<STRUCT<z: INT, a: INT>>, s STRUCT<a: INT, z: STRUCT<q: DATE>>, n BIGINT NOT NULL';
    const first = await fixture().open({ tables: declare(before) });
    await first.append(TABLE_NAME, Buffer.from('{"n":1,"s":{"a":1},"l":[{"a":1}],"m":{"k":{"a":1}}}\n'), 1);
    await first.close();
    const expected =
      'n bigint, s struct<a:int,z:struct<q:date>>, l array<struct<a:int,z:int>>, m map<string,struct<a:int,z:int>>, x variant';
    for (const start of [2, 3]) {
      const store = await fixture().open({ tables: declare(after) });
      expect(columnsOf(store)).toBe(expected);
      expect(await versions(store)).toBe(start === 2 ? 3 : 4);
      const line = `{"n":${start},"s":{"z":{"q":1}},"l":[{"z":2}],"m":{"k":{"z":3}},"x":"4"}\n`;
      await store.append(TABLE_NAME, Buffer.from(line), 1);
      await store.close();
      const { rows } = await readTable(
        store.tablePath(TABLE_NAME),
        "SELECT n, s.a, s.z.q::VARCHAR, l[1].a, l[1].z, m['k'].a, m['k'].z, x IS NULL FROM this ORDER BY n",
      );
      expect(rows.slice(0, 2)).toEqual([
        ['1', 1, null, 1, null, 1, null, true],
        ['2', null, '1970-01-02', null, 2, null, 3, false],
      ]);
    }
    expect(fixture().errors).toEqual([]);
  });

  it('keeps rows that waited for it at a kill', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1, 2]);
    const killed = await fixture().kill();
    const second = await fixture().open({ dataDir: killed, tables: declare('n BIGINT, note STRING') });
    await second.append(TABLE_NAME, Buffer.from('{"n":3,"note":"x"}\n'), 1);
    await second.close();
    const { rows } = await readTable(second.tablePath(TABLE_NAME), 'SELECT n, note FROM this ORDER BY n');
    expect(rows).toEqual([
      ['1', null],
      ['2', null],
      ['3', 'x'],
    ]);
  });

  it('takes longer texts, and no shorter ones', async () => {
    await (await fixture().open({ tables: declare('a VARCHAR(3), b VARCHAR(3), c STRING') })).close();
    const longer = await fixture().open({ tables: declare('a VARCHAR(5), b STRING, c VARCHAR(9)') });
    expect(columnsOf(longer)).toBe('a varchar(5), b string, c string');
    await longer.close();
    const shorter = await fixture().open({ tables: declare('a VARCHAR(3), b VARCHAR(3), c STRING') });
    expect(columnsOf(shorter)).toBe('a varchar(5), b string, c string');
    expect(await versions(shorter)).toBe(2);
  });

  it('gets the tags of its columns, and keeps those that it has', async () => {
    const withTags = (tags: Record<string, string>) =>
      declare('n BIGINT, v VARIANT').map((table) => ({
        ...table,
        columns: table.columns.map((column) => (column.name === 'v' ? { ...column, tags } : column)),
      }));
    await (await fixture().open({ tables: withTags({ a: '1' }) })).close();
    const second = await fixture().open({ tables: withTags({ 'zerobus-rescue': '' }) });
    expect(second.definition(TABLE_NAME)?.columns[1]?.tags).toEqual({ a: '1', 'zerobus-rescue': '' });
    await second.close();
    const third = await fixture().open({ tables: declare('n BIGINT, v VARIANT') });
    expect(third.definition(TABLE_NAME)?.columns[1]?.tags).toEqual({ a: '1', 'zerobus-rescue': '' });
  });

  const refusals: Readonly<Record<string, readonly [columns: string, differences: string]>> = {
    'another type, and a column that must not be null': [
      'n STRING, s STRUCT<a: INT>, k INT NOT NULL, x INT NOT NULL',
      'n is BIGINT in the table and is declared as STRING; x is not in the table and is declared NOT NULL',
    ],
    'a field of another type': ['s STRUCT<a: DATE>, k INT NOT NULL', 's.a is INT in the table and is declared as DATE'],
    'a field that must not be null': [
      's STRUCT<a: INT, b: INT NOT NULL>, k INT NOT NULL',
      's.b is not in the table and is declared NOT NULL',
    ],
    'a column less that must not be null': ['n BIGINT', 'k is NOT NULL in the table and is not declared'],
    'a column that may be null': ['k INT', 'k is NOT NULL in the table and may be NULL as declared'],
    'a name in another case': ['N BIGINT, k INT NOT NULL', 'N is written n in the table'],
  };
  for (const [name, [columns, differences]] of Object.entries(refusals)) {
    it(`is refused with ${name}, and is not changed`, async () => {
      const tables = declare('n BIGINT, s STRUCT<a: INT>, k INT NOT NULL');
      await (await fixture().open({ tables })).close();
      await expectAsync(fixture().open({ tables: declare(columns) })).toBeRejectedWith(
        jasmine.objectContaining({
          name: TableStoreError.name,
          message: jasmine.stringContaining(
            `These differences can't be made up for: ${differences}. Only nullable columns are added to a table. Declare`,
          ),
        }),
      );
      const again = await fixture().open({ tables });
      expect(columnsOf(again)).toBe('n bigint, s struct<a:int>, k int');
      expect(await versions(again)).toBe(1);
    });
  }

  it('is refused if a column can not be a rescue column', async () => {
    const tables = declare('n BIGINT').map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, tags: { 'zerobus-rescue': '' } })),
    }));
    await expectAsync(fixture().open({ tables })).toBeRejectedWithError(
      TableStoreError,
      /A rescue column is a VARIANT/,
    );
  });

  it('does not keep other tables from being served if it can not be written to', async () => {
    const other = parseCreateTable('CREATE TABLE main.o.other (n BIGINT)');
    const first = await fixture().open({ tables: [...declare('n BIGINT'), other] });
    await commitAsOther(first.tablePath(TABLE_NAME), { protocol: { minReaderVersion: 1, minWriterVersion: 3 } });
    await first.close().catch(() => undefined);
    const second = await fixture().open({ tables: [...declare('n BIGINT, x INT'), other] });
    expect(second.problem(TABLE_NAME)?.message).toMatch(/writer version 3/);
    await appendNumbers(second, [1], 'main.o.other');
  });
});
