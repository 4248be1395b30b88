import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { rejectedParquetFolder } from '../files/dataPaths.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import { temporaryName } from '../files/temporaryName.ts';
import { RowBatch } from '../wal/rowBatch.ts';
import type { SegmentIdentity } from '../wal/segment.ts';

/** DuckDB's default for the largest JSON object, in bytes. */
const SMALLEST_OBJECT_LIMIT_BYTES = 16 * 1024 * 1024;

/** How much is written at once, in bytes. A row may be longer. */
const PART_BYTES = 1024 * 1024;

/** Room for the JSON around a record, in bytes. */
const FRAME_BYTES = 64;

/**
 * Copies rows of a segment that can't be written to the table into a Parquet file in the table's folder, where the
 * service has them. Readers of the table skip the folder, since its name begins with `_`.
 *
 * The rows themselves are in the `rejected` folder of the write-ahead log, to the byte. So a copy that a crash or a
 * full disk prevents is no loss.
 */
export class RejectedParquet {
  /** Path of the file that {@link publish} creates. */
  readonly path: string;
  readonly #linesPath: string;
  #handle: FileHandle | undefined;
  #longestRecord = 0;

  /** @param tablePath the table's root folder */
  constructor(segment: SegmentIdentity & { readonly path: string }, tablePath: string) {
    this.path = join(rejectedParquetFolder(tablePath), `${basename(segment.path, '.ndjson')}.parquet`);
    this.#linesPath = join(dirname(segment.path), 'rejectedRecords.tmp');
  }

  /** Adds row lines. */
  async add(lines: Buffer, rows: number): Promise<void> {
    this.#handle ??= await open(this.#linesPath, 'w');
    const batch = RowBatch.of(lines, rows);
    for (let start = 0; start < rows; ) {
      const end = batch.endOfPart(start, PART_BYTES);
      await this.#handle.writeFile(this.#records(batch, start, end));
      start = end;
    }
  }

  /** The rows from `start` up to, but not including, `end` as NDJSON with one text each. */
  #records(batch: RowBatch, start: number, end: number): string {
    let records = '';
    for (let row = start; row < end; row += 1) {
      const line = batch.lines(row, row + 1);
      const record = JSON.stringify(line.toString('utf8', 0, line.length - 1));
      this.#longestRecord = Math.max(this.#longestRecord, Buffer.byteLength(record));
      records += `{"record":${record}}\n`;
    }
    return records;
  }

  /**
   * Writes the file: a column with each row's JSON text, and one with the reason. Without rows, there is no file.
   *
   * @param reason why the last row was refused
   */
  async publish(duckDb: DuckDb, reason: string): Promise<void> {
    if (this.#handle === undefined) {
      return;
    }
    await this.#close();
    const folder = dirname(this.path);
    await makeDurableDirectory(folder);
    const temporary = join(folder, temporaryName(basename(this.path)));
    const limitBytes = Math.max(SMALLEST_OBJECT_LIMIT_BYTES, this.#longestRecord + FRAME_BYTES);
    await duckDb.run(
      `COPY (SELECT record, ${quoteLiteral(reason)} AS reason FROM read_json(${quoteLiteral(this.#linesPath)}, ` +
        `columns = {record: 'VARCHAR'}, format = 'newline_delimited', compression = 'uncompressed', ` +
        `maximum_object_size = ${limitBytes})) TO ${quoteLiteral(temporary)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
    );
    await syncPath(temporary);
    await rename(temporary, this.path);
    await syncPath(folder);
  }

  /** Removes what {@link publish} no longer needs. */
  async release(): Promise<void> {
    await this.#close();
    await rm(this.#linesPath, { force: true });
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
