import type { ForeignDatabase } from './foreignDatabase.ts';
import type { ForeignRowReader, FoundRow } from './foreignRows.ts';
import { type ForeignSnapshot, readForeignSnapshot } from './foreignSnapshot.ts';

/** Rows of one live data file. */
export interface FileReading {
  readonly path: string;
  readonly rows: readonly FoundRow[];
}

/** A Delta table, as readers see it. */
export interface TableReading {
  readonly snapshot: ForeignSnapshot;
  readonly files: readonly FileReading[];
  /** Live files of the log that are missing on disk. */
  readonly missingFiles: readonly string[];
}

/** Reads a Delta table, even if some of its files are missing. */
export async function readForeignTable(
  tablePath: string,
  database: ForeignDatabase,
  rowReader: ForeignRowReader,
  upTo?: number,
): Promise<TableReading> {
  const snapshot = await readForeignSnapshot(tablePath, database, upTo);
  const files: FileReading[] = [];
  const missingFiles: string[] = [];
  for (const [path, add] of snapshot.files) {
    const rows = await rowReader.rowsOf(tablePath, add);
    if (rows === undefined) {
      missingFiles.push(path);
    } else {
      files.push({ path, rows });
    }
  }
  return { snapshot, files, missingFiles };
}

/** The numbers of all rows, in the order of the files. */
export function numbersOf(reading: TableReading): readonly number[] {
  return reading.files.flatMap((file) => file.rows.map((row) => row.number));
}
