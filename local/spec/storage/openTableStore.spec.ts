import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';

const readings = parseCreateTable('CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL, at TIMESTAMP)');

function rowLines(...rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

describe('openTableStore', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "zerobus store's [1]*-"));
  });

  afterEach(() => rm(dataDir, { recursive: true }));

  it('brings appended rows into the Delta table on flush', async () => {
    const store = await openTableStore({ dataDir, tables: [readings] });
    await store.append(
      'main.iot.readings',
      rowLines({ device: 'a', temp: 1, at: 1_700_000_000_123_456 }, { temp: 2 }),
      2,
    );
    await store.flush();
    const table = await readTable(store.tablePath('main.iot.readings'), 'SELECT * FROM this ORDER BY temp');
    expect(table.columns).toEqual(['device', 'temp', 'at']);
    expect(table.rows).toEqual([
      ['a', 1, '2023-11-14 22:13:20.123456+00'],
      [null, 2, null],
    ]);
    expect(store.counters('main.iot.readings')).toEqual({
      acceptedRows: 2,
      unflushedRows: 0,
      tableRows: 2,
      version: 1,
    });
    await store.close();
  });

  it('flushes by itself after the interval, and on close', async () => {
    const flushes = new EventEmitter();
    const onFlush = () => flushes.emit('flush');
    const store = await openTableStore({ dataDir, tables: [readings], flushIntervalMs: 10, onFlush });
    const path = store.tablePath('main.iot.readings');
    const flushed = once(flushes, 'flush');
    await store.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    await flushed;
    expect((await readTable(path)).rows.length).toBe(1);
    await store.append('main.iot.readings', rowLines({ temp: 2 }), 1);
    await store.close();
    expect((await readTable(path)).rows.length).toBe(2);
    expect(await readdir(join(dataDir, 'wal', (await readdir(join(dataDir, 'wal')))[0] as string))).toEqual([]);
  });
});
