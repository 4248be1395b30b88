import type { DeltaType } from './deltaType.ts';

/**
 * DuckDB binds the conversion of a nested list in a time that doubles with every level, and so does its Parquet reader:
 * 12 levels take 25 ms a column, 18 take 600 ms, and 30 never end.
 */
const DEEPEST_COLLECTIONS = 12;

/**
 * Says why a column's type can't be written: it nests arrays and maps too deep.
 *
 * @returns the problem in words; undefined if there is none
 */
export function collectionDepthProblem(type: DeltaType): string | undefined {
  return collectionDepth(type) <= DEEPEST_COLLECTIONS
    ? undefined
    : `arrays and maps may be nested at most ${DEEPEST_COLLECTIONS} deep; keep deeper data in a VARIANT column`;
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
