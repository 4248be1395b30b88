import { randomUUID } from 'node:crypto';
import type { ForeignAction, ForeignAdd } from './foreignAction.ts';
import {
  cleanForeignLog,
  discardForeignFiles,
  type ForeignRetention,
  writeForeignCheckpoint,
} from './foreignCheckpoint.ts';
import { putForeignCommit, removalOf, removalsOf } from './foreignCommit.ts';
import type { ForeignDatabase } from './foreignDatabase.ts';
import { type ForeignFeature, withProperties, withSchema } from './foreignFeature.ts';
import { type ForeignRowReader, selectFiles, selectNumbers, writeForeignFile } from './foreignRows.ts';
import { addField, changeField } from './foreignSchema.ts';
import { readForeignSnapshot } from './foreignSnapshot.ts';
import { numbersOf, readForeignTable, type TableReading } from './readForeignTable.ts';

/** The `commitInfo.engineInfo` of every foreign commit. */
export const FOREIGN_ENGINE = 'Apache-Spark/4.0.5 Delta-Lake/4.0.0';

/** A commit, and the table's rows after it. */
export interface ForeignChange {
  readonly version: number;
  /** The table before the commit. */
  readonly before: TableReading;
  /** The numbers of the rows that the table must have after the commit. */
  readonly after: readonly number[];
}

interface Plan {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly actions: readonly ForeignAction[];
  readonly after: readonly number[];
  /** Files that were written for this commit. */
  readonly written?: readonly ForeignAdd[];
}

/**
 * Another writer of a Delta table, with the actions and formats of Spark. It works directly on the files, and shares no
 * code with the store. Commits are put if absent. If the store overtakes a commit, it is planned again on the table's
 * new state.
 */
export class ForeignWriter {
  readonly tablePath: string;
  readonly #database: ForeignDatabase;
  readonly #rows: ForeignRowReader;

  constructor(tablePath: string, database: ForeignDatabase, rows: ForeignRowReader) {
    this.tablePath = tablePath;
    this.#database = database;
    this.#rows = rows;
  }

  /** Reads the table. */
  read(upTo?: number): Promise<TableReading> {
    return readForeignTable(this.tablePath, this.#database, this.#rows, upTo);
  }

  /** INSERT INTO. */
  append(numbers: readonly number[]): Promise<ForeignChange> {
    return this.#commit(async (table) => {
      const add = await this.#write(table, selectNumbers(numbers), true);
      return {
        operation: 'WRITE',
        parameters: { mode: 'Append', partitionBy: '[]' },
        actions: [{ add }],
        after: [...numbersOf(table), ...numbers],
        written: [add],
      };
    });
  }

  /** OPTIMIZE: one file instead of all. */
  optimize(): Promise<ForeignChange> {
    return this.#commit(async (table) => ({
      ...(await this.#rewritten(table, false)),
      operation: 'OPTIMIZE',
      parameters: { predicate: '[]', zOrderBy: '[]', clusterBy: '[]', auto: false },
    }));
  }

  /** DELETE FROM, without deletion vectors: files that contain such a row are rewritten without it. */
  deleteRows(divisor: number, remainder: number): Promise<ForeignChange> {
    return this.#commit(async (table) => {
      const isDeleted = (number: number) => number % divisor === remainder;
      const hit = table.files.filter((file) => file.rows.some((row) => isDeleted(row.number)));
      const adds = hit.map((file) => table.snapshot.files.get(file.path) as ForeignAdd);
      const isAnyLeft = hit.some((file) => file.rows.some((row) => !isDeleted(row.number)));
      const select = `${selectFiles(this.tablePath, adds)} WHERE n % ${divisor} <> ${remainder}`;
      const written = isAnyLeft ? [await this.#write(table, select, true)] : [];
      return {
        operation: 'DELETE',
        parameters: { predicate: `["((n#1L % ${divisor}) = ${remainder})"]` },
        actions: [...adds.map((add) => ({ remove: removalOf(add, true) })), ...written.map((add) => ({ add }))],
        after: numbersOf(table).filter((number) => !isDeleted(number)),
        written,
      };
    });
  }

  /** INSERT OVERWRITE. */
  overwrite(numbers: readonly number[]): Promise<ForeignChange> {
    return this.#commit(async (table) => {
      const add = await this.#write(table, selectNumbers(numbers), true);
      return {
        operation: 'WRITE',
        parameters: { mode: 'Overwrite', partitionBy: '[]' },
        actions: [{ add }, ...removalsOf(table.snapshot, true)],
        after: numbers,
        written: [add],
      };
    });
  }

  /**
   * RESTORE TABLE. Spark also writes `metaData` and `protocol`, even if they are unchanged. `txn` actions stay.
   */
  restore(version: number): Promise<ForeignChange> {
    return this.#commit(async (table) => {
      const earlier = await this.read(version);
      const added = [...earlier.snapshot.files.values()].filter((add) => !table.snapshot.files.has(add.path));
      const removed = [...table.snapshot.files.values()].filter((add) => !earlier.snapshot.files.has(add.path));
      return {
        operation: 'RESTORE',
        parameters: { version, timestamp: null },
        actions: [
          { metaData: earlier.snapshot.metaData },
          ...added.map((add) => ({ add: { ...add, dataChange: true } })),
          ...removed.map((add) => ({ remove: removalOf(add, true) })),
          { protocol: earlier.snapshot.protocol },
        ],
        after: numbersOf(earlier),
      };
    });
  }

  /** ADD COLUMNS at the top level. */
  addColumn(name: string): Promise<ForeignChange> {
    return this.#commit(async (table) => ({
      operation: 'ADD COLUMNS',
      parameters: { columns: JSON.stringify([{ column: { name, type: 'integer', nullable: true, metadata: {} } }]) },
      actions: [withSchema(table.snapshot, (schema) => addField(schema, name, 'integer'))],
      after: numbersOf(table),
    }));
  }

  /** ADD COLUMNS inside the struct `s`. */
  addNestedColumn(name: string): Promise<ForeignChange> {
    return this.#commit(async (table) => ({
      operation: 'ADD COLUMNS',
      parameters: { columns: JSON.stringify([{ column: { name: `s.${name}`, type: 'string', nullable: true } }]) },
      actions: [
        withSchema(table.snapshot, (schema) =>
          changeField(schema, 's', (field) =>
            typeof field.type === 'string' ? field : { ...field, type: addField(field.type, name, 'string') },
          ),
        ),
      ],
      after: numbersOf(table),
    }));
  }

  /** SET TBLPROPERTIES. */
  setProperties(properties: Readonly<Record<string, string>>): Promise<ForeignChange> {
    return this.#commit(async (table) => ({
      operation: 'SET TBLPROPERTIES',
      parameters: { properties: JSON.stringify(properties) },
      actions: [withProperties(table.snapshot, properties)],
      after: numbersOf(table),
    }));
  }

  /** Makes the change of a feature, or reverts it. */
  change(feature: ForeignFeature, direction: 'add' | 'drop'): Promise<ForeignChange> {
    return this.#commit(async (table) => {
      const actions = feature[direction](table.snapshot);
      const isRewriting = feature.rewrites === 'both ways' || (feature.rewrites === 'to drop' && direction === 'drop');
      const schema = actions.find((action) => action.metaData !== undefined)?.metaData?.schemaString;
      const rewritten = isRewriting ? await this.#rewritten(table, true, schema) : { actions: [], written: [] };
      return {
        operation: feature.operations[direction === 'add' ? 0 : 1],
        parameters: { feature: feature.name },
        actions: [...actions, ...rewritten.actions],
        after: numbersOf(table),
        written: rewritten.written,
      };
    });
  }

  /** Writes a checkpoint of the newest version, without the actions that have outlived their retention. */
  async checkpoint(retention: ForeignRetention): Promise<void> {
    const snapshot = await readForeignSnapshot(this.tablePath, this.#database);
    await writeForeignCheckpoint(this.tablePath, snapshot, this.#database, retention);
  }

  /** Deletes the files that the newest checkpoint replaces. */
  cleanUpLog(): Promise<void> {
    return cleanForeignLog(this.tablePath);
  }

  #write(table: TableReading, select: string, dataChange: boolean, schema?: string): Promise<ForeignAdd> {
    const { schemaString } = table.snapshot.metaData;
    return writeForeignFile(this.#database, this.tablePath, schema ?? schemaString, select, dataChange);
  }

  async #rewritten(
    table: TableReading,
    dataChange: boolean,
    schema?: string,
  ): Promise<Required<Pick<Plan, 'actions' | 'after' | 'written'>>> {
    const present = table.files.map((file) => table.snapshot.files.get(file.path) as ForeignAdd);
    const select = selectFiles(this.tablePath, present);
    const written = present.length === 0 ? [] : [await this.#write(table, select, dataChange, schema)];
    const actions = [...written.map((add) => ({ add })), ...removalsOf(table.snapshot, dataChange)];
    return { actions, after: numbersOf(table), written };
  }

  async #commit(plan: (table: TableReading) => Promise<Plan>): Promise<ForeignChange> {
    for (;;) {
      const before = await this.read();
      const { operation, parameters, actions, after, written = [] } = await plan(before);
      const { version, metaData } = before.snapshot;
      const timestamp = Date.now();
      const lastMetaData = actions.find((action) => action.metaData !== undefined)?.metaData ?? metaData;
      const isTimed = lastMetaData.configuration['delta.enableInCommitTimestamps'] === 'true';
      const commitInfo = {
        ...(isTimed ? { inCommitTimestamp: timestamp } : {}),
        timestamp,
        operation,
        operationParameters: parameters,
        readVersion: version,
        isolationLevel: 'Serializable',
        isBlindAppend: false,
        operationMetrics: {},
        engineInfo: FOREIGN_ENGINE,
        txnId: randomUUID(),
      };
      if (await putForeignCommit(this.tablePath, version + 1, [{ commitInfo }, ...actions])) {
        return { version: version + 1, before, after };
      }
      await discardForeignFiles(
        this.tablePath,
        written.map((add) => ({ add })),
      );
    }
  }
}
