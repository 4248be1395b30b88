import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';

/** A DuckDB vector holds 2048 values of up to 16 bytes. In KiB. */
const VECTOR_KIBIBYTES = 32;
/** Vectors that a column needs on its way from JSON to Parquet. */
const VECTORS_OF_COLUMN = 4;
/** Additional vectors for the expression that reads a DECIMAL of more than 18 digits. */
const VECTORS_OF_WIDE_DECIMAL = 8;
/** Additional vectors for the two halves that a variant is split into. */
const VECTORS_OF_VARIANT = 2;

/**
 * How much memory DuckDB reserves for the columns of a flush before it reads a row, in MiB. The memory is reserved
 * rather than used: if a table has thousands of columns, few rows fit into a segment, and most of each vector stays
 * empty.
 */
export function columnMemoryMebibytes(columns: readonly DeltaColumn[]): number {
  const vectors = columns.reduce((sum, { type }) => sum + vectorsOf(type), 0);
  return Math.ceil((vectors * VECTOR_KIBIBYTES) / 1024);
}

function vectorsOf(type: DeltaType): number {
  switch (type.kind) {
    case 'struct':
      return type.fields.reduce((sum, field) => sum + vectorsOf(field.type), VECTORS_OF_COLUMN);
    case 'array':
      return VECTORS_OF_COLUMN + vectorsOf(type.element);
    case 'map':
      return VECTORS_OF_COLUMN + vectorsOf(type.key) + vectorsOf(type.value);
    case 'decimal':
      return VECTORS_OF_COLUMN + (type.precision > 18 ? VECTORS_OF_WIDE_DECIMAL : 0);
    case 'variant':
      return VECTORS_OF_COLUMN + VECTORS_OF_VARIANT;
    default:
      return VECTORS_OF_COLUMN;
  }
}
