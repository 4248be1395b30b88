import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { QueryError } from '../../lib/errors.ts';
import { type BoundedRows, type RowBounds, readBoundedRows } from '../../lib/sql/boundedRows.ts';

describe('readBoundedRows', () => {
  const duckDb = new DuckDb();

  afterAll(() => duckDb.close());

  const read = (sql: string, bounds: RowBounds): Promise<BoundedRows> =>
    duckDb.stream(sql, (result) => readBoundedRows(result, bounds));

  it('ends at the most rows, and says whether there are more', async () => {
    const sql = 'SELECT range AS n, n FROM range(3), (SELECT 7 AS n)';
    expect(await read(sql, { rows: 2, bytes: 1000 })).toEqual({
      columns: ['n', 'n:1'],
      rows: [
        ['0', 7],
        ['1', 7],
      ],
      isCut: true,
    });
    expect((await read(sql, { rows: 3, bytes: 1000 })).isCut).toBe(false);
  });

  it('ends at the most bytes, but not before the first row', async () => {
    const sql = "SELECT repeat('x', 96) AS text FROM range(5)";
    const lengths = async (bytes: number) => {
      const { rows, isCut } = await read(sql, { rows: 10, bytes });
      return [rows.length, isCut];
    };
    expect(await lengths(500)).toEqual([5, false]);
    expect(await lengths(499)).toEqual([4, true]);
    expect(await lengths(10)).toEqual([1, true]);
  });

  it('refuses a row that no page could show', async () => {
    const sql = 'SELECT repeat(chr(1), 12000000) AS text';
    await expectAsync(read(sql, { rows: 1, bytes: 1000 })).toBeRejectedWithError(QueryError, /Select less of it/);
  });
});
