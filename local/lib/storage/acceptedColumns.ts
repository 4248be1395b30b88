import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { DeltaLogError } from '../errors.ts';
import { defaultSql, generatedSql } from '../expressions/columnExpressions.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import { schemaChangeProblem } from '../schema/schemaChangeProblem.ts';
import { toError } from '../toError.ts';
import { saveAcceptedSchema } from '../wal/acceptedSchema.ts';
import { columnsOf } from './findTables.ts';

/** The columns that new rows are checked against, and whether rows accepted so far still fit the Delta table. */
export class AcceptedColumns {
  readonly #tableId: string;
  readonly #writeAheadFolder: string;
  #definition: DeltaTable;
  /** The schema that the definition was read from. Empty until it is known that the waiting rows fit it. */
  #schemaString = '';

  /**
   * @param definition the table, with the columns that the waiting rows were checked against
   * @param tableId the id in the Delta log
   * @param writeAheadFolder the folder that the columns are saved in
   */
  constructor(definition: DeltaTable, tableId: string, writeAheadFolder: string) {
    this.#definition = definition;
    this.#tableId = tableId;
    this.#writeAheadFolder = writeAheadFolder;
  }

  /** The table with the columns that new rows are checked against. */
  get definition(): DeltaTable {
    return this.#definition;
  }

  /**
   * Checks that the accepted rows fit the table as of the snapshot.
   *
   * @throws {@link DeltaLogError} if they don't, or if the table can't be written to
   */
  check(snapshot: DeltaSnapshot): void {
    snapshot.checkWritable();
    const { tablePath, metaData } = snapshot;
    if (metaData.id !== this.#tableId) {
      throw new DeltaLogError(
        `The table at ${tablePath} was replaced by another one. Restart zerobus-local to serve it, and send the rows that wait ` +
          'for the earlier one again.',
      );
    }
    if (metaData.schemaString === this.#schemaString) {
      return;
    }
    const columns = columnsOf(snapshot);
    checkComputable(tablePath, columns);
    const problem = schemaChangeProblem(this.#definition.columns, columns);
    if (problem !== undefined) {
      throw new DeltaLogError(
        `Another writer has changed the columns of ${tablePath}: ${problem}, so rows accepted before do not fit. Change them ` +
          'back; or stop zerobus-local and run "zerobus-local rescue --reject", which moves the rows that wait out of the ' +
          'way, and restart it.',
      );
    }
  }

  /**
   * Checks the table, and accepts the columns that other writers have added.
   *
   * @throws {@link DeltaLogError} if the accepted rows don't fit, or if the table can't be written to
   */
  async follow(snapshot: DeltaSnapshot): Promise<void> {
    this.check(snapshot);
    const { schemaString } = snapshot.metaData;
    if (schemaString !== this.#schemaString) {
      const columns = columnsOf(snapshot);
      // Saved before the first row is checked against them.
      await saveAcceptedSchema(this.#writeAheadFolder, columns);
      this.#definition = { ...this.#definition, columns };
      this.#schemaString = schemaString;
    }
  }
}

/** Checks that the values of columns that fill themselves can be computed. Other writers may use any expression. */
function checkComputable(tablePath: string, columns: DeltaTable['columns']): void {
  try {
    for (const column of columns) {
      if (column.default !== undefined) {
        defaultSql(column);
      }
      if (column.generated !== undefined) {
        generatedSql(column, columns);
      }
    }
  } catch (cause) {
    const reason = toError(cause).message;
    throw new DeltaLogError(`${tablePath} can be queried, but not written to. ${reason}`, { cause });
  }
}
