import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { kindsIn } from '../schema/kindsIn.ts';

/** How many Parquet columns the columns take. A struct takes one for each of its fields. */
export function countLeaves(columns: readonly DeltaColumn[]): number {
  return columns.reduce((sum, { type }) => sum + leavesOf(type), 0);
}

/** Whether a row may hold any number of values in one of the columns: in an array, a map or a variant. */
export function holdsManyValues(columns: readonly DeltaColumn[]): boolean {
  return holdsKind(columns, 'array', 'map', 'variant');
}

/** Whether a column, or a part of it, is a FLOAT or a DOUBLE. */
export function holdsFloats(columns: readonly DeltaColumn[]): boolean {
  return holdsKind(columns, 'float', 'double');
}

/** Whether a column, or a part of it, is a VARIANT. */
export function holdsVariants(columns: readonly DeltaColumn[]): boolean {
  return holdsKind(columns, 'variant');
}

function holdsKind(columns: readonly DeltaColumn[], ...kinds: readonly DeltaType['kind'][]): boolean {
  const found = kindsIn(columns);
  return kinds.some((kind) => found.has(kind));
}

function leavesOf(type: DeltaType): number {
  switch (type.kind) {
    case 'struct':
      return countLeaves(type.fields);
    case 'array':
      return leavesOf(type.element);
    case 'map':
      return leavesOf(type.key) + leavesOf(type.value);
    case 'variant':
      return 2;
    default:
      return 1;
  }
}
