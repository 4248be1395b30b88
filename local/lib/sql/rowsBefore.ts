import { inLogOrder } from '../compaction/inLogOrder.ts';
import type { AddAction } from '../delta/deltaAction.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { rowsInFile } from '../delta/rowsInFile.ts';
import { segmentNumberOf } from '../flush/dataFileName.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import type { RowsCursor } from './rowsCursor.ts';

/** A data file, and how many of its rows, from the first one on, are read. */
export interface FilePart {
  readonly file: AddAction;
  /** Undefined for all of them. */
  readonly rows: number | undefined;
  /** How many rows of the table are older than the file. Undefined if older files don't say how many they have. */
  readonly older: number | undefined;
}

/**
 * The rows before a cursor, as parts of the data files, newest first.
 *
 * If the cursor's file was merged with others, its rows are found by their number, as merging keeps their order. That
 * is not so if the table is partitioned or clustered, or if another writer has added files. If the cursor's file is
 * still there, rows of other files may have moved past it: merged ones of a partition are where the newest of them was.
 *
 * @param cursor undefined for all rows
 * @returns undefined if they can't be found any more
 */
export function rowsBefore(
  snapshot: DeltaSnapshot,
  definition: DeltaTable,
  cursor: RowsCursor | undefined,
): readonly FilePart[] | undefined {
  const parts = filesOf(snapshot);
  if (cursor === undefined) {
    return parts;
  }
  if (cursor.tableId !== snapshot.metaData.id) {
    return undefined;
  }
  const index = parts.findIndex(({ file }) => file.path === cursor.file);
  const [part, ...olderParts] = parts.slice(index);
  if (index >= 0 && part !== undefined) {
    const older = part.older === undefined ? undefined : part.older + cursor.number;
    return older === cursor.older ? [{ ...part, rows: cursor.number }, ...olderParts] : undefined;
  }
  return cursor.older === undefined || !keepsOrder(snapshot, definition) ? undefined : oldest(parts, cursor.older);
}

function filesOf(snapshot: DeltaSnapshot): readonly FilePart[] {
  let older: number | undefined = 0;
  const parts: FilePart[] = [];
  for (const file of inLogOrder([...snapshot.files.values()])) {
    const rows = rowsInFile(file);
    parts.push({ file, rows, older });
    older = older === undefined || rows === undefined ? undefined : older + rows;
  }
  return parts.reverse();
}

/** Whether the files hold the rows in the order in which they were committed, however often they were merged. */
function keepsOrder(snapshot: DeltaSnapshot, { clusterColumns = [] }: DeltaTable): boolean {
  const isOrdered =
    snapshot.partitionColumns.length === 0 && (clusterColumns === 'auto' || clusterColumns.length === 0);
  return isOrdered && [...snapshot.files.keys()].every((path) => segmentNumberOf(path) !== undefined);
}

/** The parts with the oldest rows of the table. */
function oldest(parts: readonly FilePart[], rows: number): readonly FilePart[] | undefined {
  const index = parts.findIndex(({ older }) => older !== undefined && older < rows);
  const [part, ...olderParts] = parts.slice(index);
  if (rows === 0 || index < 0 || part?.older === undefined) {
    return rows === 0 ? [] : undefined;
  }
  const left = rows - part.older;
  // Rows were deleted meanwhile.
  return part.rows === undefined || left > part.rows ? undefined : [{ ...part, rows: left }, ...olderParts];
}
