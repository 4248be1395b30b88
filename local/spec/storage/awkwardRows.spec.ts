import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { rowLines, useReadings, variants } from './readingsFixture.ts';

describe('a table store with rows that DuckDB refuses or could misread', () => {
  const { errors, open, temperatures, writeAheadFolderOf, segmentsOf } = useReadings();

  it('reads and writes columns whose names mean something to DuckDB', async () => {
    const sql = `CREATE TABLE main.iot.names (read_json STRUCT<x: DATE>, x DATE, read_parquet VARIANT, metadata BINARY, value BINARY,
      item0 ARRAY<ARRAY<DATE>>, entry0 MAP<DATE, DATE>, \`select\` DATE, this STRUCT<\`from\`: DATE>, filename STRING, json DATE)`;
    const store = await open({ tables: [parseCreateTable(sql)] });
    const row = {
      read_json: { x: 1 },
      x: 2,
      read_parquet: '{"a":1}',
      metadata: 'AA==',
      value: 'AQ==',
      item0: [[3]],
      entry0: { 4: 5 },
      select: 6,
      this: { from: 7 },
      filename: 'f',
      json: 8,
    };
    await store.append('main.iot.names', rowLines(row), 1);
    await store.flush();
    const { rows } = await readTable(
      store.tablePath('main.iot.names'),
      'SELECT * REPLACE (read_parquet::JSON AS read_parquet) FROM this',
    );
    expect(errors()).toEqual([]);
    const day = (number: number) => `1970-01-0${number + 1}`;
    expect(rows).toEqual([
      [
        { x: day(1) },
        day(2),
        '{"a":1}',
        '\\x00',
        '\\x01',
        [[day(3)]],
        [{ key: day(4), value: day(5) }],
        day(6),
        { from: day(7) },
        'f',
        day(8),
      ],
    ]);
  });

  it('sets a segment aside in bounded time if all its rows are refused', async () => {
    const store = await open();
    await store.append('main.iot.readings', Buffer.from('{"temp":"x"}\n'.repeat(5000)), 5000);
    await store.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    await store.flush();
    expect(store.counters('main.iot.readings')).toEqual(jasmine.objectContaining({ unflushedRows: 0, version: 1 }));
    expect(errors().map((error) => error.message)).toEqual([jasmine.stringMatching(/^500[01] acknowledged rows/)]);
  }, 60_000);

  it('sets a row that DuckDB refuses aside, reports it, and continues', async () => {
    const store = await open();
    const bad = '{"temp":"no number"}\n{"temp":1,"temp":2}\n{"device":"\\ud800","temp":3}\n';
    await store.append(
      'main.iot.readings',
      Buffer.concat([rowLines({ temp: 10 }), Buffer.from(bad), rowLines({ temp: 11 })]),
      5,
    );
    await store.append('main.iot.readings', rowLines({ temp: 12 }), 1);
    await store.flush();
    expect(await temperatures(store)).toEqual([10, 11, 12]);
    expect(store.counters('main.iot.readings')).toEqual({
      acceptedRows: 6,
      unflushedRows: 0,
      unflushedBytes: 0,
      rejectedRows: 3,
      tableRows: 3,
      version: 1,
    });
    expect(errors().map((error) => error.message)).toEqual([
      jasmine.stringMatching(/^3 acknowledged rows can't be written/),
    ]);
    const folder = join(writeAheadFolderOf(store), 'rejected');
    const [name] = await readdir(folder);
    expect(await readFile(join(folder, name as string), 'utf8')).toBe(bad);
    expect(await segmentsOf(store)).toEqual([]);
  });

  it('records a segment as done if none of its rows could be written', async () => {
    const store = await open({ tables: [variants] });
    await store.append('main.iot.variants', Buffer.from('{"v":"1e400"}\n'), 1);
    await store.flush();
    await store.append('main.iot.variants', Buffer.from('{"v":"1"}\n'), 1);
    await store.flush();
    expect(errors().length).toBe(1);
    expect(store.counters('main.iot.variants').tableRows).toBe(1);
  });

  it('accepts rows larger than DuckDB expects JSON objects to be', async () => {
    const store = await open();
    const device = 'ü"'.repeat(6_000_000);
    await store.append('main.iot.readings', rowLines({ temp: 1 }, { device, temp: 2 }, { temp: 3 }), 3);
    await store.flush();
    const { rows } = await readTable(store.tablePath('main.iot.readings'), 'SELECT temp, length(device) FROM this');
    expect(rows).toEqual([
      [1, null],
      [2, '12000000'],
      [3, null],
    ]);
    expect(errors()).toEqual([]);
  });
});
