import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaTable } from '../../lib/schema/deltaType.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore, type TableStoreOptions } from '../../lib/storage/openTableStore.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { useTemporaryDirectory } from './temporaryDirectory.ts';

/** The table that {@link useReadings} serves by default. */
export const readings: DeltaTable = parseCreateTable(
  'CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL, at TIMESTAMP)',
);

/** A table with one VARIANT. */
export const variants: DeltaTable = parseCreateTable('CREATE TABLE main.iot.variants (v VARIANT)');

/** Row lines of these rows. */
export function rowLines(...rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Table stores of the current spec over one data directory, with the table {@link readings}. */
export interface ReadingsFixture {
  /** A directory that the current spec may write to. */
  temporaryDirectory(): string;
  /** The errors in the background. */
  errors(): readonly Error[];
  /** Opens a store that flushes only on demand. It is closed after the spec. */
  open(options?: Partial<TableStoreOptions>): Promise<TableStore>;
  /** The temperatures in the Delta table. */
  temperatures(store: TableStore): Promise<readonly unknown[]>;
  /** The table's write-ahead log. */
  writeAheadFolderOf(store: TableStore): string;
  /** Names of the segments in the table's write-ahead log. */
  segmentsOf(store: TableStore): Promise<readonly string[]>;
  /** Saves the segments as they would be if the process were killed now. The returned function restores them. */
  snapshotOfWriteAhead(store: TableStore): Promise<() => Promise<void>>;
}

/** Gives each spec of a suite stores of its own. */
export function useReadings(): ReadingsFixture {
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

  async function snapshotOfWriteAhead(store: TableStore): Promise<() => Promise<void>> {
    const folder = writeAheadFolderOf(store);
    const names = await segmentsOf(store);
    const contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
    return async () => {
      await Promise.all(names.map((name, index) => writeFile(join(folder, name), contents[index] as Buffer)));
    };
  }

  return {
    temporaryDirectory,
    errors: () => errors,
    open,
    temperatures,
    writeAheadFolderOf,
    segmentsOf,
    snapshotOfWriteAhead,
  };
}
