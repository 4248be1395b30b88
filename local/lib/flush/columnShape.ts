import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';

/** How many Parquet columns the columns take. A struct takes one for each of its fields. */
export function countLeaves(columns: readonly DeltaColumn[]): number {
  return columns.reduce((sum, { type }) => sum + leavesOf(type), 0);
}

/** Whether a row may hold any number of values in one of the columns: in an array, a map or a variant. */
export function holdsManyValues(columns: readonly DeltaColumn[]): boolean {
  return columns.some(({ type }) => isManyValued(type));
}

/** Whether a column, or a part of it, is a FLOAT or a DOUBLE. */
export function holdsFloats(columns: readonly DeltaColumn[]): boolean {
  return columns.some(({ type }) => isOrHoldsFloat(type));
}

/** Whether a column, or a part of it, is a VARIANT. */
export function holdsVariants(columns: readonly DeltaColumn[]): boolean {
  return columns.some(({ type }) => isOrHoldsVariant(type));
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

function isManyValued(type: DeltaType): boolean {
  switch (type.kind) {
    case 'struct':
      return holdsManyValues(type.fields);
    case 'array':
    case 'map':
    case 'variant':
      return true;
    default:
      return false;
  }
}

function isOrHoldsFloat(type: DeltaType): boolean {
  switch (type.kind) {
    case 'float':
    case 'double':
      return true;
    case 'struct':
      return holdsFloats(type.fields);
    case 'array':
      return isOrHoldsFloat(type.element);
    case 'map':
      return isOrHoldsFloat(type.key) || isOrHoldsFloat(type.value);
    default:
      return false;
  }
}

function isOrHoldsVariant(type: DeltaType): boolean {
  switch (type.kind) {
    case 'variant':
      return true;
    case 'struct':
      return holdsVariants(type.fields);
    case 'array':
      return isOrHoldsVariant(type.element);
    case 'map':
      return isOrHoldsVariant(type.value);
    default:
      return false;
  }
}
