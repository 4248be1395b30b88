import type { DeltaColumn, DeltaTable } from './deltaType.ts';

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

/** A change that a table can only get before it is made. */
export interface DefinitionChange {
  readonly kind: 'define';
  /** Its words, such as `SET TBLPROPERTIES`. */
  readonly clause: string;
  /** Undefined if it has no effect here. */
  readonly change?: (table: DeltaTable) => DeltaTable;
}

/** An `ALTER TABLE` statement. */
export interface TableAlteration {
  /** The parts of the table's name, as they are written. */
  readonly table: readonly string[];
  readonly changes: readonly ColumnChange[];
}
