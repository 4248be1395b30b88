import { EventEmitter, once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TableStoreError } from '../../lib/errors.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { rowLines, useReadings } from './readingsFixture.ts';

describe('TableStore', () => {
  const { open, temperatures, segmentsOf } = useReadings();

  it('writes appended rows to the Delta table on flush', async () => {
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

  it('flushes on its own after the interval, and on close', async () => {
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

  it('flushes all rows appended before a close, acknowledged or not', async () => {
    const store = await open();
    const appends = Array.from({ length: 50 }, (_, temp) => store.append('main.iot.readings', rowLines({ temp }), 1));
    await store.close();
    await expectAsync(Promise.all(appends)).toBeResolved();
    expect((await temperatures(store)).length).toBe(50);
  });

  it('flushes a full segment without waiting, and keeps the order of the rows', async () => {
    const flushes = new EventEmitter();
    const store = await open({ segmentBytes: 100, onFlush: () => flushes.emit('flush') });
    const flushed = once(flushes, 'flush');
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    await Promise.all(numbers.map((temp) => store.append('main.iot.readings', rowLines({ temp }), 1)));
    await flushed;
    await store.flush('main.iot.readings');
    expect(await temperatures(store)).toEqual(numbers);
  });

  it('makes one commit per flush, even while rows keep coming', async () => {
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
    // One is being flushed, and one is being written.
    expect(mostSegments).toBeLessThanOrEqual(2);
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

  it('keeps rows in the write-ahead log while the table can not be written to, and tries again', async () => {
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

  it('rejects the close if the last flush fails, releases the directory, and loses nothing', async () => {
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
});
