import type { ColumnView } from '../../../live/api/tableView.ts';
import type { DeltaColumn, DeltaTable } from '../../../schema/deltaType.ts';
import { typeSql } from '../../../schema/typeSql.ts';

/** The columns of a table, as the page shows them. */
export function columnViews({ columns, partitionColumns = [] }: DeltaTable): readonly ColumnView[] {
  return columns.map((column) => columnView(column, partitionColumns.includes(column.name)));
}

function columnView(column: DeltaColumn, isPartition: boolean): ColumnView {
  const { name, type, nullable, comment, default: defaultValue, generated, identity } = column;
  const generatedAs = generated ?? (identity === undefined ? undefined : 'IDENTITY');
  return {
    name,
    type: typeSql(type),
    isNullable: nullable,
    isPartition,
    ...(comment === undefined ? {} : { comment }),
    ...(defaultValue === undefined ? {} : { defaultValue }),
    ...(generatedAs === undefined ? {} : { generatedAs }),
  };
}
