import type { Column, DeltaType } from '../schema/deltaType.ts';

/** DuckDB's vectors have room for 2048 values of up to 16 bytes, in KiB. */
const vectorKibibytes = 32;
/** Vectors of a column on its way from JSON to Parquet. */
const vectorsOfColumn = 4;
/** Further ones of the expression that reads a DECIMAL of more than 18 digits. */
const vectorsOfWideDecimal = 8;

/**
 * How much memory DuckDB reserves for the columns of a flush before it reads a row, in MiB. It is reserved rather than used: of a
 * table with thousands of columns, few rows fit into a segment, and the vectors stay empty for the most part.
 */
export function columnMemoryMebibytes(columns: readonly Column[]): number {
  const vectors = columns.reduce((sum, { type }) => sum + vectorsOf(type), 0);
  return Math.ceil((vectors * vectorKibibytes) / 1024);
}

function vectorsOf(type: DeltaType): number {
  switch (type.kind) {
    case 'struct':
      return type.fields.reduce((sum, field) => sum + vectorsOf(field.type), vectorsOfColumn);
    case 'array':
      return vectorsOfColumn + vectorsOf(type.element);
    case 'map':
      return vectorsOfColumn + vectorsOf(type.key) + vectorsOf(type.value);
    case 'decimal':
      return vectorsOfColumn + (type.precision > 18 ? vectorsOfWideDecimal : 0);
    default:
      return vectorsOfColumn;
  }
}
