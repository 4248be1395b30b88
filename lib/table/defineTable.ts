import { typeOf } from './columnBuilders.ts';
import type { Columns, FieldsOf } from './rowOf.ts';
import { TableDefinition } from './tableDefinition.ts';
import { parseTableName } from './tableName.ts';

/** What {@link defineTable} can be told beside the columns. */
export interface DefineTableOptions {
  /**
   * The name of the protobuf message. Defaults to schema and table in PascalCase: `IotReadings` for
   * `main.iot.readings`.
   */
  readonly messageName?: string | undefined;
}

/**
 * Defines a table: the compiler then knows what a row is, and rows travel as protobuf, encoded by what is compiled from
 * the columns once; no `protoc` is needed. The columns must be those of the Delta table, or some of them: what is left
 * out is NULL there.
 *
 * @example
 * ```ts
 * import { array, defineTable, double, int, type RowOf, string, struct, timestamp } from 'rxjs-zerobus';
 *
 * const readings = defineTable('main.iot.readings', {
 *   device: string(),
 *   temp: int().notNull(),
 *   at: timestamp(),
 *   tags: array(string()),
 *   position: struct({ lat: double().notNull(), lon: double().notNull() }),
 * });
 * type Reading = RowOf<typeof readings>;
 * ```
 *
 * @param name `catalog.schema.table`
 * @param columns the columns by their names, in their order in the table
 * @param options see {@link DefineTableOptions}
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, or `INVALID_SCHEMA` naming the column that can't be written
 * through Zerobus
 */
export function defineTable<const C extends Columns>(
  name: string,
  columns: C,
  options: DefineTableOptions = {},
): TableDefinition<FieldsOf<C>> {
  const { fullName } = parseTableName(name);
  const { messageName } = options;
  return new TableDefinition({
    name: fullName,
    columns: Object.entries(columns).map(([columnName, column], index) => ({
      name: columnName,
      type: typeOf(`table ${fullName}: the column ${JSON.stringify(columnName)}`, column),
      isNullable: column.isNullable,
      fieldNumber: column.fieldNumber ?? index + 1,
    })),
    messageName,
  });
}
