import { close, fdatasync, fstat, fstatSync, ftruncate, open, statSync, writev } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { TableStoreError } from '../errors.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import { encodeFrameHeader } from './frame.ts';
import { type SealedSegment, type SegmentIdentity, segmentPath } from './segment.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);
const truncateFile = promisify(ftruncate);
const syncData = promisify(fdatasync);

/** Writes one write-ahead segment frame by frame. Each frame is durable before the next one is written. */
export class SegmentWriter {
  readonly identity: SegmentIdentity;
  readonly #path: string;
  readonly #descriptor: number;
  /** The file's inode. The path leads to it unless another program has deleted or moved the file. */
  readonly #inode: bigint;
  #bytes = 0;
  #rows = 0;
  #largestFrameBytes = 0;

  private constructor(identity: SegmentIdentity, path: string, descriptor: number) {
    this.identity = identity;
    this.#path = path;
    this.#descriptor = descriptor;
    this.#inode = fstatSync(descriptor, { bigint: true }).ino;
  }

  /** Creates the segment's file durably. Also creates the folder if it is gone. */
  static async create(folder: string, identity: SegmentIdentity): Promise<SegmentWriter> {
    const path = segmentPath(folder, identity);
    await makeDurableDirectory(folder);
    const descriptor = await openFile(path, 'wx');
    try {
      await syncPath(dirname(path));
      return new SegmentWriter(identity, path, descriptor);
    } catch (error) {
      await closeFile(descriptor).catch(() => undefined);
      throw error;
    }
  }

  /** Length of the durable part, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rows that are durable. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Writes a frame. It is on the disk when the promise resolves.
   *
   * After a rejection the segment accepts no more frames. It is unknown what a failed fdatasync has left on the disk,
   * and a second one on the same descriptor may report success without having written. Call {@link seal}.
   *
   * @throws {@link TableStoreError} if another program has deleted, moved or cut the file, as no later run would find
   * the rows
   */
  async write(lines: readonly Buffer[], rows: number): Promise<void> {
    // Anything written after a cut would be lost to recovery.
    this.#checkFile(this.#bytes);
    const header = encodeFrameHeader(lines, rows);
    const written = await this.#writeAll([header, ...lines], this.#bytes);
    await syncData(this.#descriptor);
    this.#checkFile(this.#bytes + written);
    this.#bytes += written;
    this.#rows += rows;
    this.#largestFrameBytes = Math.max(this.#largestFrameBytes, written);
  }

  /** Closes the file. The segment consists of the frames that were durable before. */
  async seal(): Promise<SealedSegment> {
    // A failed write may have left bytes beyond the durable ones. If the disk refuses to cut them too, the flush does
    // it.
    await this.#cutTail().catch(() => undefined);
    await closeFile(this.#descriptor).catch(() => undefined);
    return {
      ...this.identity,
      path: this.#path,
      bytes: this.#bytes,
      rows: this.#rows,
      largestFrameBytes: this.#largestFrameBytes,
    };
  }

  async #cutTail(): Promise<void> {
    if ((await statFile(this.#descriptor)).size > this.#bytes) {
      await truncateFile(this.#descriptor, this.#bytes);
    }
  }

  /** Checks that the path still leads to the file, and that the file has at least this many bytes. */
  #checkFile(leastBytes: number): void {
    const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (stats?.ino !== this.#inode || stats.size < leastBytes) {
      const what = stats?.ino === this.#inode ? 'cut' : 'deleted or moved';
      throw new TableStoreError(
        `${this.#path} was ${what} by another program while rows were written to it. These rows are not acknowledged: ` +
          'send them again, and leave the folder to zerobus-local.',
      );
    }
  }

  async #writeAll(buffers: readonly Buffer[], position: number): Promise<number> {
    const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    let rest = buffers;
    let written = 0;
    while (written < total) {
      const count = await writeBuffers(this.#descriptor, rest, position + written);
      written += count;
      if (written < total) {
        rest = dropBytes(rest, count);
      }
    }
    return total;
  }
}

function writeBuffers(descriptor: number, buffers: readonly Buffer[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(descriptor, buffers, position, (error, count) => {
      if (error === null) {
        resolve(count);
      } else {
        reject(error);
      }
    });
  });
}

/** The buffers without their first `count` bytes. A write may take fewer bytes than it was given. */
function dropBytes(buffers: readonly Buffer[], count: number): readonly Buffer[] {
  let left = count;
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (left >= buffer.length) {
      left -= buffer.length;
    } else {
      rest.push(left === 0 ? buffer : buffer.subarray(left));
      left = 0;
    }
  }
  return rest;
}
