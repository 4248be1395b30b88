import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { rowLineSelect } from '../../lib/flush/rowLineSelect.ts';
import type { DeltaColumn } from '../../lib/schema/deltaType.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('rowLineSelect', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let duckDb: DuckDb;

  beforeEach(() => {
    duckDb = new DuckDb();
  });

  afterEach(() => duckDb.close());

  async function readDecimals(precision: number, scale: number, texts: readonly string[]): Promise<unknown[]> {
    const path = join(temporaryDirectory(), 'rows.ndjson');
    await writeFile(path, texts.map((text) => `{"d":"${text}"}\n`).join(''));
    const columns: readonly DeltaColumn[] = [
      { name: 'd', type: { kind: 'decimal', precision, scale }, nullable: true },
    ];
    const reader = await duckDb.run(
      `SELECT d::VARCHAR, typeof(d) FROM (${rowLineSelect(path, columns, 1000)}) AS rows`,
    );
    expect(reader.getRowsJson().every(([, type]) => type === `DECIMAL(${precision},${scale})`)).toBe(true);
    return reader.getRowsJson().map(([text]) => text);
  }

  it('reads decimals of up to 38 digits exactly, including leading and trailing zeros', async () => {
    const nines = '9'.repeat(38);
    expect(await readDecimals(38, 0, [nines, `-${nines}`, '12.000', '-0', '007'])).toEqual([
      nines,
      `-${nines}`,
      '12',
      '0',
      '7',
    ]);
    expect(await readDecimals(38, 38, [`0.${nines}`, `-0.${nines}`, '0'])).toEqual([
      `.${nines}`,
      `-.${nines}`,
      `.${'0'.repeat(38)}`,
    ]);
    const mixed = `${'9'.repeat(28)}.${'9'.repeat(10)}`;
    expect(await readDecimals(38, 10, [mixed, `-${mixed}`, '-0.5', '00012.5000'])).toEqual([
      mixed,
      `-${mixed}`,
      '-0.5000000000',
      '12.5000000000',
    ]);
    expect(await readDecimals(19, 18, ['1', '-9.999999999999999999'])).toEqual([
      '1.000000000000000000',
      '-9.999999999999999999',
    ]);
    expect(await readDecimals(18, 4, ['12345678901234.5678', '-0.0001'])).toEqual(['12345678901234.5678', '-0.0001']);
  });
});
