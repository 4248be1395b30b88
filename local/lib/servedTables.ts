import { TableDefinitionError } from './errors.ts';
import type { CatalogTable, CheckedScript } from './http/httpContext.ts';
import { deltaSchemaJson } from './schema/deltaSchemaJson.ts';
import { type DeltaTable, fullTableName } from './schema/deltaType.ts';
import type { SqlVariables } from './schema/expandPlaceholders.ts';
import { migrateColumns } from './schema/migrateColumns.ts';
import { parseAlterTable } from './schema/parseAlterTable.ts';
import { parseScript, type SqlScript } from './schema/parseScript.ts';
import type { TableStore } from './storage/tableStore.ts';
import { toError } from './toError.ts';

/** Finds the tables of a store by their full names. As in Unity Catalog, their case does not matter. */
export class ServedTables {
  readonly #store: TableStore;
  readonly #variables: SqlVariables;
  readonly #onNote: (note: string) => void;

  /**
   * @param variables values of placeholders in scripts
   * @param onNote called with each part of a script that has no effect
   */
  constructor(store: TableStore, variables: SqlVariables, onNote: (note: string) => void) {
    this.#store = store;
    this.#variables = variables;
    this.#onNote = onNote;
  }

  /** `catalog.schema.table` of each table. */
  get fullNames(): readonly string[] {
    return this.#store.tables.map(fullTableName);
  }

  /** @returns the table in its present state; undefined if it is not served */
  find(fullName: string): CatalogTable | undefined {
    const definition = this.#store.definition(fullName);
    return definition === undefined
      ? undefined
      : { definition, tableId: this.#store.tableId(fullName), path: this.#store.tablePath(fullName) };
  }

  /**
   * Runs an `ALTER TABLE` statement.
   *
   * @returns the altered table
   * @throws RangeError if the table is not served
   * @throws {@link TableDefinitionError} if the statement is wrong, or if the table can't be altered like that
   * @throws {@link TableStoreError} if the table can't be read or written to
   */
  async alter(sql: string): Promise<CatalogTable> {
    const { table, changes } = parseAlterTable(sql);
    const fullName = table.join('.');
    if (this.find(fullName) === undefined) {
      throw this.#store.problem(fullName) ?? this.#notServed(fullName);
    }
    await this.#store.alter(fullName, changes);
    return this.get(fullName);
  }

  /**
   * Creates the tables of a script, and serves them.
   *
   * @returns the tables
   * @throws {@link TableDefinitionError} if the script is wrong, or has no table
   * @throws {@link TableStoreError} if a table exists and can't become what the script says, or if the disk refuses it
   */
  async create(sql: string): Promise<readonly CatalogTable[]> {
    const { tables, notes } = this.#parse(sql);
    for (const note of notes) {
      this.#onNote(note);
    }
    await this.#store.declare(tables);
    return tables.map((table) => this.get(fullTableName(table)));
  }

  /** What {@link create} would do. It is cheap enough to be called as a script is typed. */
  check(sql: string): CheckedScript {
    let script: SqlScript;
    try {
      script = this.#parse(sql);
    } catch (error) {
      return { problem: toError(error).message, tables: [], notes: [] };
    }
    let problem: string | undefined;
    const notes = [...script.notes];
    const tables = script.tables.map((definition) => {
      const fullName = fullTableName(definition);
      const existing = this.#store.definition(fullName);
      try {
        this.#store.checkDeclared(definition);
        if (existing !== undefined) {
          notes.push(`${fullName} exists already. ${effectOn(existing, definition)}`);
        }
      } catch (error) {
        problem ??= toError(error).message;
      }
      return { definition, exists: existing !== undefined };
    });
    return { problem, tables, notes };
  }

  #parse(sql: string): SqlScript {
    const script = parseScript(sql, this.#variables);
    if (script.tables.length === 0) {
      throw new TableDefinitionError(
        'There is no CREATE TABLE statement. Write CREATE TABLE catalog.schema.table (…).',
      );
    }
    return script;
  }

  /** @throws RangeError if the table is not served */
  get(fullName: string): CatalogTable {
    const table = this.find(fullName);
    if (table === undefined) {
      throw this.#notServed(fullName);
    }
    return table;
  }

  #notServed(fullName: string): RangeError {
    return new RangeError(`The table ${fullName} is not served. The served tables are: ${this.fullNames.join(', ')}.`);
  }
}

/** What a declaration does to a table that exists. */
function effectOn(existing: DeltaTable, declared: DeltaTable): string {
  const { columns } = migrateColumns(existing.columns, declared.columns);
  const added = columns.slice(existing.columns.length).map(({ name }) => name);
  if (added.length > 0) {
    return `It gets the ${added.length === 1 ? 'column' : 'columns'} ${added.join(', ')}.`;
  }
  const isSame = deltaSchemaJson(columns) === deltaSchemaJson(existing.columns);
  return isSame ? 'It stays as it is.' : 'Its columns get what only this statement has.';
}
