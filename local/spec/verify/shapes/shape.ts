import type { ShapeTable } from './shapeTable.ts';

/** A kind of table, whose readers are compared in docs/readers.md. */
export interface Shape {
  /** What the table has, as the row of the document is called. */
  readonly name: string;
  /** The statement of a table without its catalog and schema. Its first column must be `n INT NOT NULL`. */
  readonly ddl: string;
  /** Writes rows into the table, and changes it. */
  fill(table: ShapeTable): Promise<void>;
}
