import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { SegmentIdentity } from './segment.ts';

/** How much of a segment is acknowledged. */
export interface SegmentWatermark extends SegmentIdentity {
  /** Length of the segment's file up to the last acknowledged row. */
  readonly bytes: number;
  readonly rows: number;
}

const NUMBER_DIGITS = 12;
const linePattern = /^(\d{12}) ([0-9a-f-]{36}) (\d{12}) (\d{12}) ([0-9a-f]{8})$/;

/**
 * Records, next to a write-ahead log, how much of each segment is acknowledged. After a crash, this distinguishes the
 * unfinished end of a segment, which is no loss, from acknowledged rows that other programs have cut off or deleted.
 *
 * The file is written without fsync, after the rows themselves are on the disk. A killed process loses nothing of it.
 * After a power cut it may be behind, but never ahead. It is only used to report losses, so a disk that refuses it
 * stops no row.
 */
export class SegmentWatermarks {
  readonly #path: string;
  /** The segments that are not in the table yet, oldest first. The last one is being written. */
  #watermarks: SegmentWatermark[];
  #descriptor: number | undefined;

  /**
   * Continues the file of an earlier run.
   *
   * @param path path of the file. Its folder should exist.
   */
  constructor(path: string) {
    this.#path = path;
    this.#watermarks = readWatermarks(path);
  }

  /** The segments that are not in the table yet, oldest first. */
  get watermarks(): readonly SegmentWatermark[] {
    return this.#watermarks;
  }

  /** Replaces all watermarks, after recovery. */
  reset(watermarks: readonly SegmentWatermark[]): void {
    this.#watermarks = [...watermarks];
    this.#rewrite();
  }

  /** Adds a new segment. */
  begin({ number, id }: SegmentIdentity): void {
    this.#watermarks.push({ number, id, bytes: 0, rows: 0 });
    this.#rewrite();
  }

  /** Raises the watermark of the newest segment. */
  raise(bytes: number, rows: number): void {
    const last = this.#watermarks.pop();
    if (last === undefined) {
      return;
    }
    const raised = { ...last, bytes, rows };
    this.#watermarks.push(raised);
    this.#attempt(() => {
      if (this.#descriptor !== undefined) {
        const line = lineOf(raised);
        writeSync(this.#descriptor, line, (this.#watermarks.length - 1) * line.length, 'latin1');
      }
    });
  }

  /** Removes a segment that is in the table, or whose loss was reported. */
  remove({ id }: SegmentIdentity): void {
    this.#watermarks = this.#watermarks.filter((watermark) => watermark.id !== id);
    this.#rewrite();
  }

  /** Closes the file. */
  close(): void {
    const descriptor = this.#descriptor;
    // This comes first. A descriptor is gone even if its close fails, and closing it again would close another file.
    this.#descriptor = undefined;
    if (descriptor !== undefined) {
      closeSync(descriptor);
    }
  }

  #rewrite(): void {
    this.#attempt(() => {
      this.close();
      const temporary = `${this.#path}.tmp`;
      writeFileSync(temporary, this.#watermarks.map(lineOf).join(''), 'latin1');
      renameSync(temporary, this.#path);
      this.#descriptor = openSync(this.#path, 'r+');
    });
  }

  /**
   * If the disk refuses the watermarks, continues without them for a while. Stale ones can't be mistaken for those of
   * other segments.
   */
  #attempt(write: () => void): void {
    try {
      write();
    } catch {
      try {
        this.close();
      } catch {
        // The descriptor is already forgotten.
      }
    }
  }
}

function readWatermarks(path: string): SegmentWatermark[] {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [, number, id = '', bytes, rows, checksum] = linePattern.exec(line) ?? [];
    // A line that a crash has torn is ignored.
    return checksum === undefined || checksum !== checksumOf(line.slice(0, line.lastIndexOf(' ')))
      ? []
      : [{ number: Number(number), id, bytes: Number(bytes), rows: Number(rows) }];
  });
}

/** All lines have the same length, so a line can be overwritten in place. */
function lineOf({ number, id, bytes, rows }: SegmentWatermark): string {
  const [numberText, bytesText, rowsText] = [number, bytes, rows].map((each) =>
    String(each).padStart(NUMBER_DIGITS, '0'),
  );
  const content = `${numberText} ${id} ${bytesText} ${rowsText}`;
  return `${content} ${checksumOf(content)}\n`;
}

function checksumOf(content: string): string {
  return crc32(content).toString(16).padStart(8, '0');
}
