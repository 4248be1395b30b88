export { Column, type ColumnShape } from './lib/table/column.ts';
export * from './lib/table/columnBuilders.ts';
export type { Columns, FieldsOf, JsonValue } from './lib/table/rowOf.ts';
