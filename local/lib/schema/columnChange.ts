import type { DeltaColumn } from './deltaType.ts';

/** The place of a column that is added: at the beginning, or after the column of this name. */
export type ColumnPosition = 'first' | { readonly after: string };

/** One change of a table's columns. A path leads from a column through struct fields, `element`, `key` and `value`. */
export type ColumnChange =
  /** Adds a column, or a field to the struct at the path. Without a position, it becomes the last one. */
  | {
      readonly kind: 'add';
      readonly parent: readonly string[];
      readonly column: DeltaColumn;
      readonly position?: ColumnPosition;
    }
  | { readonly kind: 'setTags'; readonly path: readonly string[]; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'unsetTags'; readonly path: readonly string[]; readonly tags: readonly string[] };

/** An `ALTER TABLE` statement. */
export interface TableAlteration {
  /** The parts of the table's name, as they are written. */
  readonly table: readonly string[];
  readonly changes: readonly ColumnChange[];
}
