import { join } from 'node:path';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../../lib/sql/readTable.ts';
import { openTableStore } from '../../../lib/storage/openTableStore.ts';
import { useTemporaryDirectory } from '../../storage/temporaryDirectory.ts';
import { ForeignDatabase } from './foreignDatabase.ts';
import { foreignFeatures } from './foreignFeature.ts';
import { ForeignRowReader, rowLineOf } from './foreignRows.ts';
import { ForeignWriter } from './foreignWriter.ts';
import { numbersOf } from './readForeignTable.ts';

const definition = parseCreateTable(
  'CREATE TABLE main.spec.shared (n BIGINT NOT NULL, m INT, payload STRING, s STRUCT<x: INT>)',
);

describe('the foreign writer of the specs', () => {
  const temporaryDirectory = useTemporaryDirectory();
  let database: ForeignDatabase;
  let writer: ForeignWriter;

  beforeEach(async () => {
    database = await ForeignDatabase.open();
    const store = await openTableStore({ dataDir: join(temporaryDirectory(), 'data'), tables: [definition] });
    await store.append('main.spec.shared', Buffer.from([1, 2, 3].map((n) => rowLineOf(n)).join('')), 3);
    await store.flush();
    writer = new ForeignWriter(store.tablePath('main.spec.shared'), database, new ForeignRowReader(database));
    await store.close();
  });

  afterEach(() => database.close());

  /** Compares the table on disk with the change's report, both by the project's reader and by the specs' own. */
  async function expectRows(expected: readonly number[]): Promise<void> {
    const sorted = [...expected].sort((a, b) => a - b);
    const { rows } = await readTable(writer.tablePath, 'SELECT n FROM this ORDER BY n');
    expect(rows.map(([n]) => Number(n))).toEqual(sorted);
    const own = await writer.read();
    expect([...numbersOf(own)].sort((a, b) => a - b)).toEqual(sorted);
    expect(own.files.flatMap((file) => file.rows).every((row) => row.isIntact)).toBeTrue();
  }

  it('appends, compacts, deletes, restores and overwrites as it reports', async () => {
    const appended = await writer.append([10, 11, 12]);
    await expectRows(appended.after);
    await expectRows((await writer.optimize()).after);
    const deleted = await writer.deleteRows(3, 0);
    expect([...deleted.after].sort()).toEqual([1, 10, 11, 2]);
    await expectRows(deleted.after);
    const restored = await writer.restore(appended.version);
    expect(restored.after.length).toBe(6);
    await expectRows(restored.after);
    await expectRows((await writer.overwrite([7])).after);
  });

  it('adds columns, even inside a struct, that are null in older files', async () => {
    await writer.addColumn('extra');
    await writer.addNestedColumn('y');
    await writer.append([20]);
    const optimized = await writer.optimize();
    const { rows } = await readTable(writer.tablePath, 'SELECT extra, s FROM this ORDER BY n');
    expect(rows.map(([extra]) => extra)).toEqual([null, null, null, null]);
    await expectRows(optimized.after);
  });

  it('leaves a table that can be read from its checkpoint alone', async () => {
    await writer.setProperties({ 'delta.setTransactionRetentionDuration': 'interval 0 seconds' });
    await writer.deleteRows(2, 0);
    await writer.checkpoint({ dropsTransactions: true, dropsTombstones: true });
    await writer.cleanUpLog();
    const { snapshot } = await writer.read();
    expect(snapshot.transactions.size).toBe(0);
    expect(snapshot.tombstones.size).toBe(0);
    await expectRows([1, 3]);
    await expectRows((await writer.append([4])).after);
  });

  for (const feature of foreignFeatures) {
    it(`makes the change ${feature.name} and reverts it without a trace in the protocol or the rows`, async () => {
      const { snapshot } = await writer.read();
      await writer.change(feature, 'add');
      const { after } = await writer.append([30]);
      expect(numbersOf(await writer.read())).toEqual([...after]);
      await writer.change(feature, 'drop');
      const restored = (await writer.read()).snapshot;
      expect(restored.protocol).toEqual(snapshot.protocol);
      expect(restored.metaData.schemaString).toBe(snapshot.metaData.schemaString);
      await expectRows([1, 2, 3, 30]);
    });
  }
});
