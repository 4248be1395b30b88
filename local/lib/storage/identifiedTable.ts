import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { TableName } from '../files/dataPaths.ts';
import type { FoundTable } from './findTables.ts';

/** A table that can own a write-ahead log. */
export interface IdentifiedTable {
  readonly name: TableName;
  /** The id in its Delta log. */
  readonly id: string;
  readonly snapshot: DeltaSnapshot;
}

/** The tables that can own a write-ahead log: those whose Delta log can be read. */
export function identifyTables(found: readonly FoundTable[]): readonly IdentifiedTable[] {
  return found.flatMap(({ name, snapshot, definition }) =>
    snapshot === undefined || definition === undefined ? [] : [{ name, id: snapshot.metaData.id, snapshot }],
  );
}
