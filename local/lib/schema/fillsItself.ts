import type { DeltaColumn } from './deltaType.ts';

/** Whether a record without the column gets a value there: a default, a computed one, or a number. */
export function fillsItself(column: DeltaColumn): boolean {
  return column.default !== undefined || column.generated !== undefined || column.identity !== undefined;
}
