import { readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDb } from '../../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../../lib/duckdb/quoteSql.ts';
import type { CommitView, RowsPage } from '../../../lib/live/api/tableView.ts';
import { readTable } from '../../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import { optimizeTables } from '../../../lib/storage/optimizeTables.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { commitAsOther } from '../../storage/storeFixture.ts';
import { insert } from '../../support/rest.ts';
import { getLive, type StatusAndBody } from '../../support/statements.ts';

const hostile = ['<img src=x onerror=alert(1)>', "100%_'; DROP TABLE t --", 'a"b`c\\d', 'Straße ∑ 😀'];

describe('the newest rows of a table', () => {
  let server: ZerobusLocal;
  let rowNumber = 0;

  beforeAll(async () => {
    server = await startZerobusLocal({
      auth: false,
      optimizeAfterFiles: 0,
      flushIntervalMs: 3_600_000,
      tables: [
        'CREATE TABLE main.o.plain (n BIGINT, text STRING, v VARIANT, tags ARRAY<STRING>)',
        'CREATE TABLE main.o.filtered (n BIGINT, text STRING, v VARIANT, tags ARRAY<STRING>)',
        'CREATE TABLE main.o.parted (n BIGINT, p STRING) PARTITIONED BY (p)',
        'CREATE TABLE main.o.moved (n BIGINT, p STRING) PARTITIONED BY (p)',
        'CREATE TABLE main.o.odd (n BIGINT, file_index INT, file_row_number INT, p STRING) PARTITIONED BY (p)',
        'CREATE TABLE main.o.other (n BIGINT)',
        'CREATE TABLE main.o.huge (n BIGINT, text STRING)',
        'CREATE TABLE main.o.large (n BIGINT, text STRING)',
      ],
    });
  });

  afterAll(() => server.close());

  /** Adds a file with this many rows, numbered from 0 on. */
  async function addFile(table: string, rows: number, record: (n: number) => object = () => ({})): Promise<void> {
    const records = Array.from({ length: rows }, () => ({ n: rowNumber, ...record(rowNumber++) }));
    expect((await insert(server, table, records)).status).toBe(200);
    await server.flush();
  }

  function page(table: string, query: Readonly<Record<string, string>>): Promise<StatusAndBody<RowsPage>> {
    return getLive<RowsPage>(server, `tables/${table}/rows?${new URLSearchParams(query)}`);
  }

  /** The numbers of the rows, page by page. */
  async function pagesOf(table: string, query: Readonly<Record<string, string>>): Promise<readonly number[][]> {
    const pages: number[][] = [];
    let cursor: string | undefined;
    do {
      const [status, { rows, nextCursor }] = await page(table, {
        ...query,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(status).toBe(200);
      pages.push(rows.map(([n]) => Number(n)));
      cursor = nextCursor;
    } while (cursor !== undefined);
    return pages;
  }

  const down = (from: number, to: number): number[] =>
    Array.from({ length: from - to + 1 }, (_, index) => from - index);

  it('come page by page, across files and after small files were merged', async () => {
    rowNumber = 0;
    for (let file = 0; file < 5; file += 1) {
      await addFile('main.o.plain', 3, (n) => ({ text: hostile[n % 4], v: '{"a":1}', tags: [`t${n}`] }));
    }
    expect(await pagesOf('main.o.plain', { limit: '4' })).toEqual([down(14, 11), down(10, 7), down(6, 3), down(2, 0)]);
    expect(await pagesOf('main.o.plain', { limit: '15' })).toEqual([down(14, 0)]);

    const [, first] = await page('main.o.plain', { limit: '4' });
    expect(first.columns).toEqual(['n', 'text', 'v', 'tags']);
    expect(first.rows[0]).toEqual(['14', hostile[2], { a: 1 }, ['t14']]);
    for await (const { addedFiles } of optimizeTables(server.dataDir, ['main.o.plain'])) {
      expect(addedFiles).toBe(1);
    }
    await addFile('main.o.plain', 2, () => ({ text: 'later' }));
    const cursor = first.nextCursor ?? '';
    const [status, second] = await page('main.o.plain', { limit: '100', cursor });
    expect(status).toBe(200);
    expect(second.rows.map(([n]) => Number(n))).toEqual(down(10, 0));
    expect(second.version).toBe(first.version + 2);
    const [, commits] = await getLive<CommitView[]>(server, 'tables/main.o.plain/commits?limit=2');
    expect(
      commits.map(({ operation, rowsAdded, filesAdded, filesRemoved }) => [
        operation,
        rowsAdded,
        filesAdded,
        filesRemoved,
      ]),
    ).toEqual([
      ['WRITE', 2, 1, 0],
      ['OPTIMIZE', 0, 1, 5],
    ]);
  });

  it('can be filtered by the text of a column, whatever the text is', async () => {
    rowNumber = 100;
    await addFile('main.o.filtered', 8, (n) => ({ text: hostile[n % 4], v: `{"k":"V${n}"}`, tags: [`tag${n}`] }));
    await addFile('main.o.filtered', 1, () => ({ text: "Nul\0 'is here" }));
    const found = async (column: string, contains: string): Promise<readonly number[]> =>
      (await pagesOf('main.o.filtered', { limit: '3', column, contains })).flat();

    for (const [index, text] of hostile.entries()) {
      expect(await found('text', text.toUpperCase().replace('STRASSE', 'straße')))
        .withContext(text)
        .toEqual([104 + index, 100 + index]);
    }
    expect(await found('text', '%')).toEqual([105, 101]);
    expect(await found('text', '_')).toEqual([105, 101]);
    expect(await found('n', '10')).toEqual(down(108, 100));
    expect(await found('v', 'v103')).toEqual([103]);
    expect(await found('tags', 'TAG106')).toEqual([106]);
    expect(await found('text', "' OR 1=1 --")).toEqual([]);
    expect(await found('text', "NUL\0 'is")).toEqual([108]);
    expect(await found('text', '\0')).toEqual([108]);
    expect(await found('text', "x\0') OR true --")).toEqual([]);
  });

  it('say that a cursor has expired if the order of the rows has changed', async () => {
    rowNumber = 0;
    for (let file = 0; file < 4; file += 1) {
      await addFile('main.o.parted', 4, (n) => ({ p: n % 2 === 0 ? 'even' : "o'dd %" }));
    }
    expect((await pagesOf('main.o.parted', { limit: '3' })).flat().sort((one, other) => other - one)).toEqual(
      down(15, 0),
    );
    const [, { nextCursor: cursor = '' }] = await page('main.o.parted', { limit: '3' });
    for await (const { problem } of optimizeTables(server.dataDir, ['main.o.parted'])) {
      expect(problem).toBeUndefined();
    }
    expect(await page('main.o.parted', { limit: '3', cursor })).toEqual([
      410,
      { error_code: 'CURSOR_EXPIRED', message: jasmine.stringMatching(/without a cursor/) } as unknown as RowsPage,
    ]);
    expect((await pagesOf('main.o.parted', { column: 'p', contains: "O'D" })).flat().length).toBe(8);
  });

  it('say so, too, if only rows of other files than the one of the cursor have moved', async () => {
    rowNumber = 0;
    for (const p of ['even', 'odd', 'even']) {
      await addFile('main.o.moved', 4, () => ({ p }));
    }
    const [, first] = await page('main.o.moved', { limit: '6' });
    expect(first.rows.map(([n]) => Number(n))).toEqual(down(11, 6));
    for await (const { problem } of optimizeTables(server.dataDir, ['main.o.moved'])) {
      expect(problem).toBeUndefined();
    }
    expect((await page('main.o.moved', { limit: '6', cursor: first.nextCursor ?? '' }))[0]).toBe(410);
  });

  it('are right if columns are called like what DuckDB adds to rows', async () => {
    rowNumber = 0;
    for (let file = 0; file < 3; file += 1) {
      await addFile('main.o.odd', 4, (n) => ({ file_index: 7, file_row_number: 100 - n, p: n < 4 ? 'a' : 'b' }));
    }
    expect(await pagesOf('main.o.odd', { limit: '5' })).toEqual([down(11, 7), down(6, 2), down(1, 0)]);
    const [, { rows }] = await page('main.o.odd', { limit: '1' });
    expect(rows).toEqual([['11', 7, 89, 'b']]);
    const read = await readTable(
      server.tablePath('main.o.odd'),
      'SELECT count(*)::INT, min(file_index), max(p) FROM this',
    );
    expect(read.rows).toEqual([[12, 7, 'b']]);
  });

  it('need no more files than they are in', async () => {
    rowNumber = 0;
    for (let file = 0; file < 10; file += 1) {
      await addFile('main.o.large', 10_000, (n) => ({ text: `row ${n}` }));
    }
    const folder = server.tablePath('main.o.large');
    const oldest = readdirSync(folder)
      .filter((name) => name.endsWith('.parquet'))
      .sort()[0] as string;
    await rm(join(folder, oldest));
    const [, { rows, nextCursor: cursor = '' }] = await page('main.o.large', { limit: '1000' });
    expect(rows.map(([n]) => Number(n))).toEqual(down(99_999, 99_000));
    const [, next] = await page('main.o.large', { limit: '1000', cursor });
    expect(next.rows.map(([n]) => Number(n))).toEqual(down(98_999, 98_000));
    const filter = { column: 'text', contains: 'ROW 9999' };
    expect((await page('main.o.large', { limit: '3', ...filter }))[1].rows.map(([n]) => Number(n))).toEqual(
      down(99_999, 99_997),
    );
    const [status, body] = await page('main.o.large', { limit: '20', ...filter });
    expect(status).toBe(500);
    expect(body).toEqual(
      jasmine.objectContaining({
        message: jasmine.stringMatching(/main\.o\.large can't be read: .*No files found|Cannot open/),
      }),
    );
  });

  it('are fewer on a page if they need more memory than it has', async () => {
    const path = join(server.tablePath('main.o.huge'), 'huge.parquet');
    const duckDb = new DuckDb();
    await duckDb.run(
      `COPY (SELECT i AS n, repeat('x', 8000000) AS text FROM range(120) rows(i)) TO ${quoteLiteral(path)} (FORMAT parquet)`,
    );
    duckDb.close();
    await commitAsOther(server.tablePath('main.o.huge'), {
      add: {
        path: 'huge.parquet',
        partitionValues: {},
        size: statSync(path).size,
        modificationTime: 1,
        dataChange: true,
        stats: JSON.stringify({ numRecords: 120 }),
      },
    });
    const [status, { rows, nextCursor: cursor }] = await page('main.o.huge', {});
    expect([status, rows.map(([n]) => n), typeof cursor]).toEqual([200, ['119'], 'string']);
  });

  it('are refused if the request is wrong', async () => {
    const refused = async (query: Readonly<Record<string, string>>): Promise<string> => {
      const [status, body] = await page('main.o.plain', query);
      expect(status).toBe(400);
      return (body as unknown as { message: string }).message;
    };
    expect(await refused({ limit: '0' })).toMatch(/from 1 to 1000, not 0/);
    for (const limit of ['x', '', '1e2', '0x10', ' 5']) {
      expect(await refused({ limit })).toContain(`not ${limit}.`);
    }
    expect(await refused({ cursor: 'e30' })).toMatch(/cursor is none of this server/);
    expect(await refused({ column: "n' OR", contains: 'x' })).toMatch(/There is no column n' OR/);
    expect(await refused({ column: 'n' })).toMatch(/needs both/);
    expect((await page('main.o.none', {}))[0]).toBe(404);
    await addFile('main.o.other', 2);
    const foreign = (await page('main.o.other', { limit: '1' }))[1].nextCursor ?? '';
    expect((await page('main.o.plain', { cursor: foreign }))[0]).toBe(410);
  });
});
