import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TableStoreError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore, type TableStoreOptions } from '../../lib/storage/openTableStore.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { useTemporaryDirectory } from './temporaryDirectory.ts';

const readings = parseCreateTable('CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL, at TIMESTAMP)');
const variants = parseCreateTable('CREATE TABLE main.iot.variants (v VARIANT)');

function rowLines(...rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

describe('openTableStore', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let dataDir: string;
  let errors: Error[];
  let stores: TableStore[];

  beforeEach(() => {
    dataDir = join(temporaryDirectory(), 'data');
    errors = [];
    stores = [];
  });

  afterEach(async () => {
    await Promise.allSettled(stores.map((store) => store.close()));
  });

  async function open(options: Partial<TableStoreOptions> = {}): Promise<TableStore> {
    const store = await openTableStore({
      dataDir,
      tables: [readings],
      flushIntervalMs: 3_600_000,
      onError: (error) => errors.push(error),
      ...options,
    });
    stores.push(store);
    return store;
  }

  async function temperatures(store: TableStore): Promise<readonly unknown[]> {
    const { rows } = await readTable(store.tablePath('main.iot.readings'), 'SELECT temp FROM this');
    return rows.map(([temp]) => temp);
  }

  function writeAheadFolderOf(store: TableStore): string {
    return join(dataDir, 'wal/main/iot/readings', store.tableId('main.iot.readings'));
  }

  async function segmentsOf(store: TableStore): Promise<readonly string[]> {
    return (await readdir(writeAheadFolderOf(store))).filter((name) => name.endsWith('.ndjson'));
  }

  /** What a process that was killed at this moment would have left behind. */
  async function snapshotOfWriteAhead(store: TableStore): Promise<() => Promise<void>> {
    const folder = writeAheadFolderOf(store);
    const names = await segmentsOf(store);
    const contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
    return async () => {
      await Promise.all(names.map((name, index) => writeFile(join(folder, name), contents[index] as Buffer)));
    };
  }

  it('brings appended rows into the Delta table on flush', async () => {
    const store = await open();
    await store.append(
      'main.iot.readings',
      rowLines({ device: 'a', temp: 1, at: 1_700_000_000_123_456 }, { temp: 2 }),
      2,
    );
    expect(store.counters('main.iot.readings')).toEqual({
      acceptedRows: 2,
      unflushedRows: 2,
      unflushedBytes: 86,
      rejectedRows: 0,
      tableRows: 0,
      version: 0,
    });
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
      unflushedBytes: 0,
      rejectedRows: 0,
      tableRows: 2,
      version: 1,
    });
    expect(await segmentsOf(store)).toEqual([]);
  });

  it('flushes by itself after the interval, and on close', async () => {
    const flushes = new EventEmitter();
    const store = await open({ flushIntervalMs: 10, onFlush: (event) => flushes.emit('flush', event) });
    const flushed = once(flushes, 'flush');
    await store.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    expect(await flushed).toEqual([{ fullName: 'main.iot.readings', rows: 1, version: 1 }]);
    expect(await temperatures(store)).toEqual([1]);
    await store.append('main.iot.readings', rowLines({ temp: 2 }), 1);
    await store.close();
    expect((await temperatures(store)).length).toBe(2);
    await store.close();
    await expectAsync(store.append('main.iot.readings', rowLines({ temp: 3 }), 1)).toBeRejectedWithError(
      TableStoreError,
      /closed/,
    );
  });

  it('brings in on close what was appended before, acknowledged or not', async () => {
    const store = await open();
    const appends = Array.from({ length: 50 }, (_, temp) => store.append('main.iot.readings', rowLines({ temp }), 1));
    await store.close();
    await expectAsync(Promise.all(appends)).toBeResolved();
    expect((await temperatures(store)).length).toBe(50);
  });

  it('flushes a segment that is full without waiting, and keeps the order of the rows', async () => {
    const flushes = new EventEmitter();
    const store = await open({ segmentBytes: 100, onFlush: () => flushes.emit('flush') });
    const flushed = once(flushes, 'flush');
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    await Promise.all(numbers.map((temp) => store.append('main.iot.readings', rowLines({ temp }), 1)));
    await flushed;
    await store.flush('main.iot.readings');
    expect(await temperatures(store)).toEqual(numbers);
  });

  it('makes one commit a flush, also while rows keep coming', async () => {
    const store = await open();
    const appendMany = async () => {
      for (let temp = 0; temp < 300; temp += 1) {
        await store.append('main.iot.readings', rowLines({ temp }), 1);
      }
    };
    for (let flush = 1; flush <= 3; flush += 1) {
      const appending = appendMany();
      await store.flush();
      await appending;
    }
    expect(store.counters('main.iot.readings').version).toBe(3);
  });

  it('lets rows gather in one segment while a flush takes longer than the interval', async () => {
    const store = await open({ flushIntervalMs: 1 });
    let mostSegments = 0;
    for (let temp = 0; temp < 300; temp += 1) {
      await store.append('main.iot.readings', rowLines({ temp }), 1);
      mostSegments = Math.max(mostSegments, (await segmentsOf(store)).length);
    }
    expect(mostSegments).toBeGreaterThan(0);
    // One that is being flushed, and one that is being written.
    expect(mostSegments).toBeLessThanOrEqual(2);
  });

  it('serves the tables of earlier runs, case aside, without their declaration', async () => {
    const first = await open({ tables: [readings, variants] });
    const id = first.tableId('main.iot.readings');
    await first.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    await first.close();
    const second = await open({ tables: [] });
    expect(second.tables).toEqual([readings, variants]);
    expect(second.tableId('MAIN.IoT.readings')).toBe(id);
    expect(second.counters('main.iot.readings').tableRows).toBe(1);
    await second.append('Main.IOT.Readings', rowLines({ temp: 2 }), 1);
    await second.flush();
    expect((await temperatures(second)).length).toBe(2);
  });

  it('refuses a table that is declared with other columns than it has', async () => {
    await (await open()).close();
    const tables = [parseCreateTable('CREATE TABLE main.iot.READINGS (device STRING)')];
    await expectAsync(open({ tables })).toBeRejectedWithError(
      TableStoreError,
      /READINGS is declared .* it has \(device string, temp int not null, at timestamp\), declared are \(device string\)/,
    );
    await open();
  });

  it('takes a table that is declared with other comments as the same', async () => {
    await (await open()).close();
    const sql = "CREATE TABLE main.iot.readings (device STRING COMMENT 'x', temp INT NOT NULL, at TIMESTAMP)";
    const store = await open({ tables: [parseCreateTable(sql)] });
    expect(store.tables).toEqual([readings]);
  });

  it('refuses intervals and sizes that make no sense', async () => {
    for (const options of [
      { flushIntervalMs: 0 },
      { flushIntervalMs: 2 ** 31 },
      { segmentBytes: 0.5 },
      { segmentBytes: 2 ** 31 },
    ]) {
      await expectAsync(open(options)).toBeRejectedWithError(TableStoreError, /must be a whole number/);
    }
  });

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
    expect(errors).toEqual([]);
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

  it('sets a segment aside in bounded time where all its rows are refused', async () => {
    const store = await open();
    await store.append('main.iot.readings', Buffer.from('{"temp":"x"}\n'.repeat(5000)), 5000);
    await store.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    await store.flush();
    expect(store.counters('main.iot.readings')).toEqual(jasmine.objectContaining({ unflushedRows: 0, version: 1 }));
    expect(errors.map((error) => error.message)).toEqual([jasmine.stringMatching(/^500[01] acknowledged rows/)]);
  }, 60_000);

  it('refuses a folder that another store has open', async () => {
    const store = await open();
    await expectAsync(open()).toBeRejectedWithError(TableStoreError, /already open in this process/);
    await store.close();
    await open();
  });

  it('refuses a data directory that can not be created, and says how to get on', async () => {
    const file = join(temporaryDirectory(), 'file');
    await writeFile(file, '');
    for (const folder of [join(file, 'data'), ...(existsSync('/proc/self') ? ['/proc/nope'] : [])]) {
      await expectAsync(open({ dataDir: folder })).toBeRejectedWithError(
        TableStoreError,
        /^The data directory .* can't be created: E.*\. Use a directory that this process may write to\.$/,
      );
    }
  });

  it('refuses unknown tables, and row lines without an end', async () => {
    const store = await open();
    await expectAsync(store.append('main.iot.x', rowLines({}), 1)).toBeRejectedWithError(
      TableStoreError,
      /main\.iot\.x/,
    );
    await expectAsync(store.append('main.iot.readings', Buffer.from('{"temp":1}'), 1)).toBeRejectedWithError(/newline/);
    await expectAsync(store.flush('main.iot.x')).toBeRejectedWithError(TableStoreError, /main\.iot\.x/);
    await store.append('main.iot.readings', Buffer.alloc(0), 0);
    expect(store.pendingBytes()).toBe(0);
  });

  it('brings in what an earlier run has acknowledged but not flushed', async () => {
    const flushes = new EventEmitter();
    const first = await open();
    await first.append('main.iot.readings', rowLines({ temp: 1 }, { temp: 2 }), 2);
    const restore = await snapshotOfWriteAhead(first);
    await first.close();
    await rm(join(first.tablePath('main.iot.readings'), '_delta_log', '00000000000000000001.json'));
    await restore();
    const second = await open({ onFlush: () => flushes.emit('flush') });
    expect(second.counters('main.iot.readings').unflushedRows).toBe(2);
    await once(flushes, 'flush');
    expect(await temperatures(second)).toEqual([1, 2]);
    const { version } = second.counters('main.iot.readings');
    expect(version).toBe(1);
    const dataFiles = (await readdir(second.tablePath('main.iot.readings'))).filter((name) =>
      name.endsWith('.parquet'),
    );
    expect(dataFiles.length).withContext('the data file of the lost commit is removed').toBe(1);
  });

  it('does not bring in again what was committed before the segment could be deleted', async () => {
    const first = await open();
    await first.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    const restore = await snapshotOfWriteAhead(first);
    await first.close();
    await restore();
    const second = await open();
    await second.append('main.iot.readings', rowLines({ temp: 2 }), 1);
    await second.close();
    expect(await temperatures(second)).toEqual([1, 2]);
  });

  it('keeps a row that DuckDB refuses aside, says so, and goes on', async () => {
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
    expect(errors.map((error) => error.message)).toEqual([
      jasmine.stringMatching(/^3 acknowledged rows can't be written/),
    ]);
    const folder = join(writeAheadFolderOf(store), 'rejected');
    const [name] = await readdir(folder);
    expect(await readFile(join(folder, name as string), 'utf8')).toBe(bad);
    expect(await segmentsOf(store)).toEqual([]);
  });

  it('records a segment of which no row could be written as done', async () => {
    const store = await open({ tables: [variants] });
    await store.append('main.iot.variants', Buffer.from('{"v":"1e400"}\n'), 1);
    await store.flush();
    await store.append('main.iot.variants', Buffer.from('{"v":"1"}\n'), 1);
    await store.flush();
    expect(errors.length).toBe(1);
    expect(store.counters('main.iot.variants').tableRows).toBe(1);
  });

  it('keeps rows in the write-ahead log while the table can not be written, and tries again', async () => {
    const flushes = new EventEmitter();
    const store = await open({
      flushIntervalMs: 10,
      onError: () => flushes.emit('error-seen'),
      onFlush: () => flushes.emit('flush'),
    });
    const tablePath = store.tablePath('main.iot.readings');
    const log = join(tablePath, '_delta_log', '00000000000000000001.json');
    await mkdir(log);
    const failed = once(flushes, 'error-seen');
    await store.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    await failed;
    await rm(log, { recursive: true });
    await once(flushes, 'flush');
    expect(await temperatures(store)).toEqual([1]);
  });

  it('says so where the last flush fails, releases the folder, and loses nothing', async () => {
    const first = await open();
    await first.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    const log = join(first.tablePath('main.iot.readings'), '_delta_log', '00000000000000000001.json');
    await mkdir(log);
    await expectAsync(first.close()).toBeRejected();
    await expectAsync(first.close()).toBeRejected();
    await expectAsync(first.flush()).toBeRejected();
    await rm(log, { recursive: true });
    const second = await open();
    await second.close();
    expect(await temperatures(second)).toEqual([1]);
  });

  it('tells of bytes that the disk has changed', async () => {
    const first = await open();
    await first.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    const restore = await snapshotOfWriteAhead(first);
    await first.close();
    await rm(join(first.tablePath('main.iot.readings'), '_delta_log', '00000000000000000001.json'));
    await restore();
    const folder = writeAheadFolderOf(first);
    const [segment] = (await segmentsOf(first)) as [string];
    const content = await readFile(join(folder, segment), 'utf8');
    await writeFile(join(folder, segment), content.replace('"temp":1', '"temp":7'));
    await appendFile(join(folder, segment), content);
    const second = await open();
    await second.flush();
    expect(await temperatures(second)).toEqual([1]);
    expect(errors.map((error) => error.message)).toEqual([jasmine.stringMatching(/disk has changed/)]);
    expect((await readdir(join(folder, 'rejected'))).length).toBe(1);
  });

  it('tells of acknowledged rows whose table is gone', async () => {
    const first = await open();
    await first.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    const restore = await snapshotOfWriteAhead(first);
    await first.close();
    await restore();
    await rm(first.tablePath('main.iot.readings'), { recursive: true });
    await open();
    expect(errors.map((error) => error.message)).toEqual([
      jasmine.stringMatching(/^1 acknowledged rows .* but the table is gone/),
    ]);
  });

  it('takes rows larger than DuckDB expects JSON objects to be', async () => {
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
    expect(errors).toEqual([]);
  });
});
