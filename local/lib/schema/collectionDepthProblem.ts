import type { DeltaType } from './deltaType.ts';

/**
 * The time that DuckDB needs to bind the conversion of a nested list doubles with every level, and so does that of its
 * Parquet reader. 12 levels take 25 ms a column, 18 take 600 ms, and 30 never end.
 */
const DEEPEST_COLLECTIONS = 12;

/**
 * Checks that a column's type does not nest arrays and maps too deep to be written.
 *
 * @returns the problem in words; undefined if the type can be written
 */
export function collectionDepthProblem(type: DeltaType): string | undefined {
  return collectionDepth(type) <= DEEPEST_COLLECTIONS
    ? undefined
    : `arrays and maps can be nested at most ${DEEPEST_COLLECTIONS} deep; keep deeper data in a VARIANT column`;
}

function collectionDepth(type: DeltaType): number {
  switch (type.kind) {
    case 'array':
      return 1 + collectionDepth(type.element);
    case 'map':
      return 1 + Math.max(collectionDepth(type.key), collectionDepth(type.value));
    case 'struct':
      return Math.max(0, ...type.fields.map((field) => collectionDepth(field.type)));
    default:
      return 0;
  }
}
