import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { readArguments } from '../errors/readArguments.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { columnTypeOf } from './column.ts';
import * as builders from './columnBuilders.ts';
import type { Columns, FieldsOf } from './rowOf.ts';
import { TableDefinition } from './tableDefinition.ts';
import { parseTableName } from './tableName.ts';

/** The column builders, one for each Delta type: the functions that `rxjs-zerobus/columns` exports. */
export type ColumnBuilders = typeof builders;

/** Options of {@link defineTable}. */
export interface DefineTableOptions {
  /**
   * The name of the protobuf message. Defaults to schema and table in PascalCase: `IotReadings` for
   * `main.iot.readings`.
   */
  readonly messageName?: string | undefined;
}

const optionNames: NamesOf<DefineTableOptions> = { messageName: true };

/**
 * Defines a table. The compiler then knows the type of a row, and rows are sent as protobuf, by an encoder that is
 * compiled once from the columns; no `protoc` is needed. The columns must be those of the Delta table or some of them:
 * columns that the definition omits are NULL in the table.
 *
 * @example
 * ```ts
 * import { defineTable, type RowOf } from 'rxjs-zerobus';
 *
 * const readings = defineTable('main.iot.readings', (t) => ({
 *   device: t.string(),
 *   temp: t.int().notNull(),
 *   measured_at: t.timestamp(),
 *   tags: t.array(t.string()),
 *   position: t.struct({ lat: t.double().notNull(), lon: t.double().notNull() }),
 * }));
 * type Reading = RowOf<typeof readings>;
 * ```
 *
 * @param name `catalog.schema.table`
 * @param columns the columns by name, in the order of the table: a function that creates them with the builders it is
 * called with, or an object of columns made with the builders of `rxjs-zerobus/columns`
 * @param options see {@link DefineTableOptions}
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME` if the name does not have three valid parts, or `INVALID_SCHEMA`,
 * naming the column, if a column cannot be written through Zerobus
 */
export function defineTable<const C extends Columns>(
  name: string,
  columns: C | ((t: ColumnBuilders) => C),
  options: DefineTableOptions = {},
): TableDefinition<FieldsOf<C>> {
  const fullName = readArguments('defineTable', () => {
    checkNames('defineTable', options, optionNames);
    return parseTableName(name).fullName;
  });
  const columnsByName = typeof columns === 'function' ? columns(builders) : columns;
  return readArguments('defineTable', () => definitionOf(fullName, columnsByName, options));
}

function definitionOf<C extends Columns>(
  fullName: string,
  columnsByName: C,
  { messageName }: DefineTableOptions,
): TableDefinition<FieldsOf<C>> {
  // An arrow function with braces, but without parentheses around them, returns nothing.
  if (typeof columnsByName !== 'object' || columnsByName === null) {
    throw new ZerobusError(
      'INVALID_SCHEMA',
      `Invalid table ${fullName}: the columns must be an object, or a function that returns one: (t) => ({ device: t.string() }).`,
    );
  }
  return new TableDefinition({
    name: fullName,
    columns: Object.entries(columnsByName).map(([columnName, column], index) => ({
      name: columnName,
      type: columnTypeOf(`table ${fullName}: the column ${JSON.stringify(columnName)}`, column),
      isNullable: column.isNullable,
      fieldNumber: column.fieldNumber ?? index + 1,
    })),
    messageName,
  });
}
