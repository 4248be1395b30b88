import type { DeltaColumn } from '../../../lib/schema/deltaType.ts';

/** A table that a reader is to read. */
export interface TableToRead {
  readonly path: string;
  readonly columns: readonly DeltaColumn[];
}

/** What a reader makes of a table: its rows by the names of the columns, or the message of its error. */
export type ReadOutcome = { readonly rows: readonly Readonly<Record<string, unknown>>[] } | { readonly error: string };

/** A Delta reader. */
export interface Reader {
  readonly name: string;
  readonly version: string;
  /** Reads the tables. Values are JSON: what JSON can't hold exactly is text, and a binary is hexadecimal digits. */
  read(tables: readonly TableToRead[]): readonly ReadOutcome[];
}

/** A reader that can't be installed here. */
export interface MissingReader {
  readonly name: string;
  /** What is missing. */
  readonly reason: string;
}
