import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { rowLines, useReadings, variants } from '../storage/readingsFixture.ts';

describe('rows that are rejected after their ack', () => {
  const { open, errors, temperatures, writeAheadFolderOf } = useReadings();

  async function readParquet(path: string): Promise<readonly (readonly unknown[])[]> {
    const duckDb = new DuckDb();
    try {
      const reader = await duckDb.run(`SELECT record, reason FROM read_parquet(${quoteLiteral(path)})`);
      return reader.getRowsJson();
    } finally {
      duckDb.close();
    }
  }

  it('are in Parquet files of the folder that the service has, which readers of the table skip', async () => {
    const store = await open();
    const tablePath = store.tablePath('main.iot.readings');
    const bad = ['{"temp":"no \\"number\\""}', '{"temp":1,\t"temp":2}\r', '{"device":"\\ud800","temp":3}', "{'"];
    await store.append('main.iot.readings', Buffer.from(bad.map((line) => `${line}\n`).join('')), bad.length);
    await store.append('main.iot.readings', rowLines({ temp: 10 }), 1);
    await store.flush();

    const folder = join(tablePath, '_zerobus', 'table_rejected_parquets');
    const [parquet = '', ...more] = await readdir(folder);
    const rejected = await readParquet(join(folder, parquet));
    expect(more).toEqual([]);
    expect(rejected.map(([record]) => record)).toEqual(bad);
    expect(rejected.every(([, reason]) => /Error/.test(String(reason)))).toBeTrue();
    const [segment, ...others] = await readdir(join(writeAheadFolderOf(store), 'rejected'));
    expect(others).toEqual([]);
    expect(parquet).toBe(`${segment?.replace('.ndjson', '')}.parquet`);
    expect(await temperatures(store)).toEqual([10]);
    expect((await readTable(tablePath)).rows.length).toBe(1);
    expect(errors().map(({ message }) => message)).toEqual([
      jasmine.stringMatching(
        /^4 acknowledged rows can't be written .* kept in .*rejected.*, and as Parquet in .*_zerobus.table_rejected_parquets: correct/,
      ),
    ]);
    expect((await readdir(writeAheadFolderOf(store))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('are not lost if they can not be copied there', async () => {
    const store = await open({ tables: [variants] });
    await writeFile(join(store.tablePath('main.iot.variants'), '_zerobus'), '');
    await store.append('main.iot.variants', Buffer.from('{"v":"1e400"}\n{"v":"1"}\n'), 2);
    await store.flush();

    expect(store.counters('main.iot.variants')).toEqual(
      jasmine.objectContaining({ rejectedRows: 1, tableRows: 1, unflushedRows: 0 }),
    );
    expect(errors().map(({ message }) => message)).toEqual([
      jasmine.stringMatching(/^The rejected rows of main\.iot\.variants can't be copied to /),
      jasmine.stringMatching(/^1 acknowledged rows can't be written/),
    ]);
  });

  it('leave no file if there are none', async () => {
    const store = await open();
    await store.append('main.iot.readings', rowLines({ temp: 10 }), 1);
    await store.flush();
    await expectAsync(readdir(join(store.tablePath('main.iot.readings'), '_zerobus'))).toBeRejected();
  });
});
