import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { TableStoreError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { type RejectedSegment, rejectWaitingRows } from '../../lib/storage/rejectWaitingRows.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { actionIn, appendNumbers, commitAsOther, numbersIn, TABLE_NAME, useTableStore } from './storeFixture.ts';

describe('rejectWaitingRows', () => {
  const fixture = useTableStore();
  const other = parseCreateTable('CREATE TABLE main.o.other (n BIGINT)');

  async function reject(dataDir: string, fullName?: string): Promise<readonly RejectedSegment[]> {
    const rejected: RejectedSegment[] = [];
    for await (const segment of rejectWaitingRows(dataDir, fullName, fail)) {
      rejected.push(segment);
    }
    return rejected;
  }

  async function recordsIn(path: string): Promise<readonly unknown[]> {
    const duckDb = new DuckDb();
    try {
      const reader = await duckDb.run(`SELECT record, reason FROM read_parquet(${quoteLiteral(path)})`);
      return reader.getRowsJson();
    } finally {
      duckDb.close();
    }
  }

  const inKilled = (store: TableStore, fullName: string = TABLE_NAME) =>
    store.tablePath(fullName).replace('/data/', '/data-killed/');

  async function changeType(tablePath: string): Promise<void> {
    const metaData = await actionIn(tablePath, 0, 'metaData');
    await commitAsOther(tablePath, {
      metaData: { ...metaData, schemaString: metaData.schemaString.replace('"long"', '"string"') },
    });
  }

  it('moves rows that do not fit any more into the folder that the service has, and leaves the others', async () => {
    const tables = [parseCreateTable(`CREATE TABLE ${TABLE_NAME} (n BIGINT)`), other];
    const first = await fixture().open({ tables });
    await appendNumbers(first, [1, 9_007_199_254_740_991]);
    await appendNumbers(first, [3], 'main.o.other');
    const killed = await fixture().kill();
    await changeType(inKilled(first));
    expect(await reject(killed, 'main.o.other')).toEqual([]);
    const rejected = await reject(killed, TABLE_NAME.toUpperCase());
    const reason = 'column n is STRING now, it was BIGINT';
    expect(rejected).toEqual([
      {
        fullName: TABLE_NAME,
        rows: 2,
        reason,
        path: jasmine.stringMatching(
          /data-killed.*main.o.t._zerobus.table_rejected_parquets.0+-.*\.parquet$/,
        ) as unknown as string,
      },
    ]);
    expect(await recordsIn(rejected[0]?.path ?? '')).toEqual([
      ['{"n":1}', reason],
      ['{"n":9007199254740991}', reason],
    ]);
    const folder = join(killed, 'wal/main/o/t', first.tableId(TABLE_NAME), 'rejected');
    const [name = ''] = await readdir(folder);
    expect(await readFile(join(folder, name), 'utf8')).toBe('{"n":1}\n{"n":9007199254740991}\n');

    const second = await fixture().open({ dataDir: killed, tables: [] });
    await second.append(TABLE_NAME, Buffer.from('{"n":"new"}\n'), 1);
    await second.close();
    expect((await readTable(inKilled(first))).rows).toEqual([['new']]);
    expect(await numbersIn(inKilled(first, 'main.o.other'))).toEqual([3]);
    expect(fixture().errors).toEqual([]);
    expect(await reject(killed)).toEqual([]);
  });

  it('moves rows once if it was killed after they were safe, and before they were out of the log', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1, 2]);
    const killed = await fixture().kill();
    await changeType(inKilled(first));
    const folder = join(killed, 'wal/main/o/t', first.tableId(TABLE_NAME));
    const segments = (await readdir(folder)).filter((name) => name.endsWith('.ndjson'));
    const [segment = ''] = segments;
    const content = await readFile(join(folder, segment));
    const [before] = await reject(killed);
    await writeFile(join(folder, segment), content);
    const [after, ...others] = await reject(killed);
    expect(segments.length).toBe(1);
    expect(after).toEqual(before);
    expect(others).toEqual([]);
    expect(await recordsIn(after?.path ?? '')).toEqual(await recordsIn(before?.path ?? ''));
    expect(await readdir(join(folder, 'rejected'))).toEqual([segment]);
    expect((await readdir(folder)).filter((name) => /ndjson|tmp/.test(name))).toEqual([]);
    const second = await fixture().open({ dataDir: killed, tables: [] });
    expect(second.counters(TABLE_NAME)).toEqual(jasmine.objectContaining({ unflushedRows: 0, tableRows: 0 }));
    await second.close();
    expect(fixture().errors).toEqual([]);
  });

  it('moves rows of a table that can not be written to', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    const killed = await fixture().kill();
    await commitAsOther(inKilled(first), { protocol: { minReaderVersion: 1, minWriterVersion: 3 } });
    const rejected = await reject(killed);
    expect(rejected.map(({ rows, reason }) => `${rows} ${reason}`)).toEqual([
      jasmine.stringMatching(/^1 .*needs Delta writer version 3/),
    ]);
    const second = await fixture().open({ dataDir: killed });
    expect(second.counters(TABLE_NAME).unflushedRows).toBe(0);
    await second.close().catch(() => undefined);
    expect(fixture().errors.filter((message) => /lost|deleted|missing/.test(message))).toEqual([]);
  });

  it('refuses a directory that a server has open', async () => {
    const store = await fixture().open();
    await expectAsync(reject(fixture().dataDir)).toBeRejectedWithError(TableStoreError, /already open/);
    await store.close();
  });
});
