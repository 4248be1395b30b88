import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaAction, MetaDataAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaColumn, DeltaTable, DeltaType } from '../../lib/schema/deltaType.ts';
import { identityColumns, withIdentityMarks } from '../../lib/schema/identityMarks.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { actionIn, commitAsOther, useTableStore } from '../storage/storeFixture.ts';

const NAME = 'main.spec.filled';

function tableOf(columns: readonly DeltaColumn[], rest: Partial<DeltaTable> = {}): DeltaTable {
  return { catalog: 'main', schema: 'spec', name: 'filled', columns, ...rest };
}

function column(name: string, kind: DeltaType['kind'], rest: Partial<DeltaColumn> = {}): DeltaColumn {
  return { name, type: { kind } as DeltaType, nullable: true, ...rest };
}

async function appendRows(store: TableStore, rows: readonly object[]): Promise<void> {
  await store.append(NAME, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')), rows.length);
  await store.flush();
}

async function rowsOf(store: TableStore, select = 'SELECT * FROM this ORDER BY n'): Promise<readonly unknown[]> {
  return (await readTable(store.tablePath(NAME), select)).rows;
}

describe('a column with a DEFAULT', () => {
  const fixture = useTableStore();

  it('has the default if a record lacks it, and NULL if the record says so', async () => {
    const columns = [
      column('n', 'integer'),
      column('s', 'string', { default: "'it''s'" }),
      column('i', 'long', { nullable: false, default: '1 + 41' }),
      column('d', 'date', { default: "DATE '2024-02-29'" }),
      column('b', 'boolean', { default: 'NULL' }),
    ];
    const store = await fixture().open({ tables: [tableOf(columns)] });
    await appendRows(store, [{ n: 1 }, { n: 2, s: null, d: null }, { n: 3, s: 'x', i: 7, d: 0, b: true }]);
    expect(await rowsOf(store)).toEqual([
      [1, "it's", '42', '2024-02-29', null],
      [2, null, '42', null, null],
      [3, 'x', '7', '1970-01-01', true],
    ]);
  });

  it('has an array, a map, a struct or a variant', async () => {
    const { columns } = parseCreateTable(`CREATE TABLE ${NAME} (
      n INT,
      a ARRAY<STRING> DEFAULT array('x', 'it\\'s'),
      m MAP<STRING, BIGINT> NOT NULL DEFAULT map('a', 1),
      s STRUCT<a: INT, b: ARRAY<DOUBLE>> DEFAULT named_struct('a', 1, 'b', array(1, 2.5)),
      v VARIANT DEFAULT parse_json('{"a": [1]}'),
      w VARIANT NOT NULL DEFAULT parse_json('[]'),
      b BINARY DEFAULT X'6869',
      e ARRAY<VARIANT> DEFAULT array()
    )`);
    const store = await fixture().open({ tables: [tableOf(columns)] });
    await appendRows(store, [
      { n: 1 },
      { n: 2, a: null, m: {}, s: null, v: null, w: '1', b: null, e: null },
      { n: 3, a: [], m: { b: 2 }, s: { a: 2 }, v: '2', w: '"x"', b: 'aGk=', e: ['3'] },
    ]);
    expect(await rowsOf(store)).toEqual([
      [1, ['x', "it's"], [{ key: 'a', value: '1' }], { a: 1, b: [1, 2.5] }, { a: [1] }, [], 'hi', []],
      [2, null, [], null, null, 1, null, null],
      [3, [], [{ key: 'b', value: '2' }], { a: 2, b: null }, 2, 'x', 'hi', [3]],
    ]);
  });

  it('finds out what a row lacks in every row of several frames', async () => {
    const columns = [column('n', 'integer'), column('s', 'string', { default: "'none'" })];
    const store = await fixture().open({ tables: [tableOf(columns)] });
    const row = (n: number) => (n % 3 === 0 ? { n } : { n, s: n % 3 === 1 ? null : `s${n}` });
    for (let frame = 0; frame < 7; frame += 1) {
      const rows = Array.from({ length: 997 }, (_, index) => row(frame * 997 + index));
      await store.append(NAME, Buffer.from(rows.map((line) => `${JSON.stringify(line)}\n`).join('')), rows.length);
    }
    await store.flush();
    const check = "CASE n % 3 WHEN 0 THEN s = 'none' WHEN 1 THEN s IS NULL ELSE s = 's' || n END";
    expect(await rowsOf(store, `SELECT count(*), count(DISTINCT n), bool_and(${check}) FROM this`)).toEqual([
      ['6979', '6979', true],
    ]);
  });

  it('has one time for all rows of a flush with current_timestamp()', async () => {
    const columns = [column('n', 'integer'), column('at', 'timestamp', { default: 'current_timestamp()' })];
    const store = await fixture().open({ tables: [tableOf(columns)] });
    await appendRows(store, [{ n: 1 }, { n: 2 }, { n: 3, at: 0 }]);
    expect(
      await rowsOf(store, 'SELECT count(DISTINCT "at"), min("at")::VARCHAR, max("at") <= now() FROM this'),
    ).toEqual([['2', '1970-01-01 00:00:00+00', true]]);
  });

  it('is refused by name if its default can not be computed or does not fit', async () => {
    for (const [definition, message] of [
      [column('c', 'string', { default: 'session_window(1)' }), /Column c: DEFAULT .* does not support session_window/],
      [column('c', 'integer', { default: "CAST('abc' AS INT)" }), /Column c: .* can't be computed: Conversion Error/],
      [column('c', 'integer', { default: 'NULL', nullable: false }), /c is NOT NULL, but computed as NULL/],
      [column('c', 'variant', { default: "'{}'" }), /which can't become VARIANT/],
      [column('c', 'integer', { default: 'n' }), /there is no such column/],
    ] as const) {
      const open = fixture().open({ tables: [tableOf([column('n', 'integer'), definition])] });
      await expectAsync(open).toBeRejectedWithError(message);
    }
  });
});

describe('a CHAR(n) column', () => {
  const fixture = useTableStore();

  it('is stored with the blanks that it lacks, wherever it is, as Spark stores it', async () => {
    const char: DeltaType = { kind: 'varchar', length: 3, isChar: true };
    const array: DeltaType = { kind: 'array', element: char, containsNull: true };
    const columns: readonly DeltaColumn[] = [
      column('n', 'integer'),
      { name: 'c', type: char, nullable: true, default: "'d'" },
      { name: 'a', type: array, nullable: true },
      { name: 'p', type: char, nullable: false },
    ];
    const store = await fixture().open({ tables: [tableOf(columns, { partitionColumns: ['p'] })] });
    await appendRows(store, [
      { n: 1, c: 'ü', a: ['😀', null, 'abc'], p: '' },
      { n: 2, c: null, a: [], p: 'xyz' },
      { n: 3, p: 'x ' },
    ]);
    expect(await rowsOf(store)).toEqual([
      [1, 'ü  ', ['😀  ', null, 'abc'], '   '],
      [2, null, [], 'xyz'],
      [3, 'd  ', null, 'x  '],
    ]);
  });
});

describe('a generated column', () => {
  const fixture = useTableStore();

  it('is computed from the others, and can be a partition', async () => {
    const columns = [
      column('day', 'date', { generated: 'CAST(at AS DATE)' }),
      column('n', 'integer'),
      column('at', 'timestamp'),
      column('label', 'string', { generated: "concat(upper(kind), '-', date_format(at, 'yyyy-MM'))" }),
      column('kind', 'string', { default: "'none'" }),
    ];
    const store = await fixture().open({ tables: [tableOf(columns, { partitionColumns: ['day'] })] });
    const at = Date.UTC(2024, 1, 29, 23, 59, 59) * 1000;
    await appendRows(store, [
      { n: 1, at, kind: 'a' },
      { n: 2, at: at + 1_000_000 },
      { n: 3, kind: null },
    ]);
    expect(await rowsOf(store, 'SELECT day, n, label FROM this ORDER BY n')).toEqual([
      ['2024-02-29', 1, 'A-2024-02'],
      ['2024-03-01', 2, 'NONE-2024-03'],
      [null, 3, null],
    ]);
  });

  it('sets a row aside whose value can not be computed', async () => {
    const columns = [
      column('n', 'integer'),
      column('day', 'date', { generated: 'to_date(text)', nullable: false }),
      column('text', 'string'),
    ];
    const store = await fixture().open({ tables: [tableOf(columns)] });
    await appendRows(store, [{ n: 1, text: '2024-02-29' }, { n: 2, text: 'x' }, { n: 3 }]);
    expect(await rowsOf(store)).toEqual([[1, '2024-02-29', '2024-02-29']]);
    expect(store.counters(NAME).rejectedRows).toBe(2);
  });

  it('is refused by name if its expression can not be computed', async () => {
    for (const [generated, message] of [
      ['xxhash64(n)', /Column g: GENERATED ALWAYS AS xxhash64\(n\) can't be computed: .* support xxhash64\(INT\)/],
      ['current_date()', /differs from call to call/],
      ['missing + 1', /there is no such column/],
      ['g + 1', /there is no such column/],
      ['cast(d AS STRING)', /does not support CAST\(… AS STRING\) of DOUBLE/],
    ] as const) {
      const columns = [column('n', 'integer'), column('d', 'double'), column('g', 'string', { generated })];
      await expectAsync(fixture().open({ tables: [tableOf(columns)] })).toBeRejectedWithError(message);
    }
  });

  it('keeps a table of another writer from being written to if its expression can not be computed', async () => {
    const columns = [column('n', 'integer'), column('g', 'string', { generated: 'upper(n)' })];
    const store = await fixture().open({ tables: [tableOf(columns)] });
    const metaData = await actionIn(store.tablePath(NAME), 0, 'metaData');
    const schemaString = metaData.schemaString.replace('upper(n)', 'soundex(n)');
    await commitAsOther(store.tablePath(NAME), { metaData: { ...metaData, schemaString } });
    await expectAsync(appendRows(store, [{ n: 1 }])).toBeRejectedWithError(
      /can be queried, but not written to.*soundex/,
    );
    await commitAsOther(store.tablePath(NAME), { metaData });
    await store.flush();
    expect(await rowsOf(store)).toEqual([[1, '1']]);
  });
});

describe('an identity column', () => {
  const fixture = useTableStore();
  const identity = { start: 10n, step: 5n, allowExplicitInsert: false };
  const numbered = tableOf([column('id', 'long', { identity, nullable: false }), column('n', 'integer')]);

  async function metaDataOf(store: TableStore): Promise<MetaDataAction | undefined> {
    const path = join(
      store.tablePath(NAME),
      `_delta_log/${String(store.counters(NAME).version).padStart(20, '0')}.json`,
    );
    const actions = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DeltaAction);
    return actions.find(({ metaData }) => metaData !== undefined)?.metaData;
  }

  it('numbers the rows in their order, over flushes and restarts', async () => {
    const first = await fixture().open({ tables: [numbered] });
    await appendRows(first, [{ n: 1 }, { n: 2 }]);
    await appendRows(first, [{ n: 3 }]);
    await first.close();
    const store = await fixture().open({ tables: [numbered] });
    await appendRows(store, [{ n: 4 }]);
    expect(await rowsOf(store)).toEqual([
      ['10', 1],
      ['15', 2],
      ['20', 3],
      ['25', 4],
    ]);
    expect((await metaDataOf(store))?.schemaString).toContain('"delta.identity.highWaterMark":25');
  });

  it('gives no number twice if the process ends before a commit', async () => {
    const first = await fixture().open({ tables: [numbered] });
    await appendRows(first, [{ n: 1 }]);
    await first.append(NAME, Buffer.from('{"n":2}\n{"n":3}\n'), 2);
    const killed = await fixture().kill();
    const store = await fixture().open({ dataDir: killed, tables: [] });
    await appendRows(store, [{ n: 4 }]);
    expect(await rowsOf(store, 'SELECT count(*), count(DISTINCT id), min(id), max(id) FROM this')).toEqual([
      ['4', '4', '10', '25'],
    ]);
  });

  it('goes on after the numbers that another writer has given', async () => {
    const store = await fixture().open({ tables: [numbered] });
    await appendRows(store, [{ n: 1 }]);
    const metaData = (await metaDataOf(store)) as MetaDataAction;
    const schemaString = withIdentityMarks(metaData.schemaString, new Map([['id', 101n]]));
    await commitAsOther(store.tablePath(NAME), { metaData: { ...metaData, schemaString } });
    await appendRows(store, [{ n: 2 }]);
    expect(await rowsOf(store)).toEqual([
      ['10', 1],
      ['105', 2],
    ]);
  });

  it('takes numbers of records if it is GENERATED BY DEFAULT, and counts down with a negative step', async () => {
    const byDefault = { start: -(2n ** 53n) - 1n, step: -2n, allowExplicitInsert: true };
    const columns = [column('id', 'long', { identity: byDefault }), column('n', 'integer')];
    const store = await fixture().open({ tables: [tableOf(columns)] });
    await appendRows(store, [{ n: 1 }, { n: 2, id: 7 }, { n: 3, id: null }]);
    await appendRows(store, [{ n: 4 }]);
    const rows = (await rowsOf(store)) as [string | null, number][];
    expect(rows.slice(0, 3)).toEqual([
      ['-9007199254740993', 1],
      ['7', 2],
      [null, 3],
    ]);
    expect(rows[3]?.[0]).toBe('-9007199254740999');
    expect(identityColumns((await metaDataOf(store))?.schemaString ?? '').get('id')?.highWaterMark).toBe(
      -9007199254740999n,
    );
  });

  it('leaves out no number for a row that is set aside', async () => {
    const columns = [
      ...numbered.columns,
      column('day', 'date', { generated: 'to_date(text)' }),
      column('text', 'string'),
    ];
    const store = await fixture().open({ tables: [tableOf(columns)] });
    await appendRows(store, [{ n: 1 }, { n: 2, text: 'x' }, { n: 3 }, { n: 4 }]);
    expect(await rowsOf(store, 'SELECT id, n FROM this ORDER BY n')).toEqual([
      ['10', 1],
      ['15', 3],
      ['20', 4],
    ]);
    expect((await metaDataOf(store))?.schemaString).toContain('"delta.identity.highWaterMark":20');
  });

  it('sets rows aside beyond the largest number', async () => {
    const columns = [
      column('id', 'long', { identity: { ...identity, start: 2n ** 63n - 6n } }),
      column('n', 'integer'),
    ];
    const store = await fixture().open({ tables: [tableOf(columns)] });
    await appendRows(store, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await rowsOf(store)).toEqual([
      ['9223372036854775802', 1],
      ['9223372036854775807', 2],
    ]);
    expect(store.counters(NAME).rejectedRows).toBe(1);
  });

  it('is refused if it is no BIGINT or does not count', async () => {
    for (const wrong of [
      column('id', 'integer', { identity }),
      column('id', 'long', { identity: { ...identity, step: 0n } }),
    ]) {
      await expectAsync(fixture().open({ tables: [tableOf([wrong, column('n', 'integer')])] })).toBeRejectedWithError(
        /Column id: an identity column must be a BIGINT with a step other than 0/,
      );
    }
  });
});
