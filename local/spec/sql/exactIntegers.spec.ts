import { join } from 'node:path';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { querySql } from '../../lib/sql/querySql.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('Numbers in the rows of a query', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let dataDir: string;
  let tablePath: string;

  beforeEach(async () => {
    dataDir = join(temporaryDirectory(), 'data');
    const ddl = 'CREATE TABLE main.o.t (i INT, b BIGINT, d DECIMAL(4, 2), l ARRAY<BIGINT>, v VARIANT)';
    const store = await openTableStore({ dataDir, tables: [parseCreateTable(ddl)] });
    tablePath = store.tablePath('main.o.t');
    const variant = JSON.stringify('{"a":[5000000000,9007199254740993],"b":1.50,"c":12345678901234567890}');
    await store.append('main.o.t', Buffer.from(`{"i":1,"b":-9007199254740991,"d":"1.50","l":[1],"v":${variant}}\n`), 1);
    await store.append('main.o.t', Buffer.from('{"i":2,"b":9007199254740993,"v":"70000"}\n'), 1);
    await store.close();
  });

  const variants = [{ a: [5_000_000_000, '9007199254740993'], b: '1.50', c: '12345678901234567890' }, 70_000];

  it('are numbers or text by the type of the column, and by the value only in a VARIANT', async () => {
    const rows = [
      [1, '-9007199254740991', '1.50', ['1'], variants[0]],
      [2, '9007199254740993', null, null, variants[1]],
    ];
    expect((await readTable(tablePath, 'SELECT * FROM this ORDER BY i')).rows).toEqual(rows);
    expect((await querySql(dataDir, 'SELECT * FROM t ORDER BY i')).rows).toEqual(rows);
    expect((await querySql(dataDir, 'SELECT count(*), sum(i) FROM t')).rows).toEqual([['2', '3']]);
  });

  it('are numbers if they are exact and that is asked for', async () => {
    const rows = [
      [1, -9_007_199_254_740_991, '1.50', [1], variants[0]],
      [2, '9007199254740993', null, null, variants[1]],
    ];
    const options = { exactIntegers: true };
    expect((await readTable(tablePath, 'SELECT * FROM this ORDER BY i', options)).rows).toEqual(rows);
    expect((await querySql(dataDir, 'SELECT * FROM t ORDER BY i', options)).rows).toEqual(rows);
    expect((await querySql(dataDir, 'SELECT count(*), sum(i) FROM t', options)).rows).toEqual([[2, 3]]);
  });
});
