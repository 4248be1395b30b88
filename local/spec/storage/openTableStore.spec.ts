import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TableStoreError } from '../../lib/errors.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readings, rowLines, useReadings, variants } from './readingsFixture.ts';

describe('openTableStore', () => {
  const { temporaryDirectory, errors, open, temperatures, writeAheadFolderOf, segmentsOf, snapshotOfWriteAhead } =
    useReadings();

  it('serves the tables of earlier runs without their declaration, ignoring case', async () => {
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

  it('keeps the retention of a statement in the definition, but not the one that a table gets without', async () => {
    const sql = "CREATE TABLE main.iot.kept (n INT) TBLPROPERTIES ('delta.logRetentionDuration' = 'interval 9 days')";
    const first = await open({ tables: [parseCreateTable(sql)] });
    const log = join(first.tablePath('main.iot.kept'), '_delta_log/00000000000000000000.json');
    await first.close();
    expect(await readFile(log, 'utf8')).toContain('"delta.deletedFileRetentionDuration":"interval 1 days"');
    const second = await open({ tables: [] });
    const properties = second.tables.map((table) => table.properties);
    expect(properties).toEqual([{ 'delta.logRetentionDuration': 'interval 9 days' }]);
  });

  it('refuses a table that is declared with columns that differ from its own', async () => {
    await (await open()).close();
    const tables = [parseCreateTable('CREATE TABLE main.iot.READINGS (device STRING)')];
    await expectAsync(open({ tables })).toBeRejectedWithError(
      TableStoreError,
      /READINGS is declared .* it has \(device string, temp int not null, at timestamp\), but is declared as \(device string\)\./,
    );
    await open();
  });

  it('accepts a table that is declared with other comments', async () => {
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

  it('refuses a directory that another store has open', async () => {
    const store = await open();
    await expectAsync(open()).toBeRejectedWithError(TableStoreError, /already open in this process/);
    await store.close();
    await open();
  });

  it('refuses a data directory that can not be created, and says how to continue', async () => {
    const file = join(temporaryDirectory(), 'file');
    await writeFile(file, '');
    for (const folder of [join(file, 'data'), ...(existsSync('/proc/self') ? ['/proc/nope'] : [])]) {
      await expectAsync(open({ dataDir: folder })).toBeRejectedWithError(
        TableStoreError,
        /^The data directory .* can't be created: E.*\. Use a directory that this process may write to\.$/,
      );
    }
  });

  it('flushes rows that an earlier run has acknowledged but not flushed', async () => {
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

  it('does not flush rows again that were committed before the segment could be deleted', async () => {
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

  it('reports bytes that the disk has changed', async () => {
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
    expect(errors().map((error) => error.message)).toEqual([jasmine.stringMatching(/disk has changed/)]);
    expect((await readdir(join(folder, 'rejected'))).length).toBe(1);
  });

  it('reports acknowledged rows whose table is gone', async () => {
    const first = await open();
    await first.append('main.iot.readings', rowLines({ temp: 1 }), 1);
    const restore = await snapshotOfWriteAhead(first);
    await first.close();
    await restore();
    await rm(first.tablePath('main.iot.readings'), { recursive: true });
    await open();
    expect(errors().map((error) => error.message)).toEqual([
      jasmine.stringMatching(/^1 acknowledged rows .* but the table is gone/),
    ]);
  });
});
