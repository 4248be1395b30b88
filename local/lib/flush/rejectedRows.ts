import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import type { SealedSegment } from '../wal/segment.ts';

/** Keeps rows of a segment that can't be written to the table, as NDJSON in the `rejected` folder. */
export class RejectedRows {
  /** Path of the file that {@link keep} creates. */
  readonly path: string;
  readonly #temporaryPath: string;
  #handle: FileHandle | undefined;
  #rows = 0;

  constructor(segment: SealedSegment, rejectedFolder: string) {
    this.path = join(rejectedFolder, basename(segment.path));
    this.#temporaryPath = join(dirname(segment.path), 'rejected.tmp');
  }

  /** How many rows there are. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds rows. They are not held in memory, as they may be all rows of the segment.
   *
   * @param lines their row lines
   */
  async add(lines: Buffer, rows: number): Promise<void> {
    this.#handle ??= await open(this.#temporaryPath, 'w');
    await this.#handle.writeFile(lines);
    this.#rows += rows;
  }

  /** Makes the file durable under its final name. Without rows, there is no file. */
  async keep(): Promise<void> {
    if (this.#handle === undefined) {
      return;
    }
    await this.#handle.sync();
    await this.#close();
    await makeDurableDirectory(dirname(this.path));
    await rename(this.#temporaryPath, this.path);
    await syncPath(dirname(this.path));
  }

  /** Discards rows that were not kept. */
  async release(): Promise<void> {
    await this.#close();
    await rm(this.#temporaryPath, { force: true });
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
