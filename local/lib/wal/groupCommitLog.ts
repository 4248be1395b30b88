import { randomUUID } from 'node:crypto';
import type { SealedSegment } from './segment.ts';
import type { SegmentWatermarks } from './segmentWatermarks.ts';
import { SegmentWriter } from './segmentWriter.ts';

/** Most bytes of row lines in one frame. A single append may be larger. */
const FRAME_LIMIT_BYTES = 16 * 1024 * 1024;

/** Options of {@link GroupCommitLog}. */
export interface GroupCommitLogOptions {
  /** The folder for the segments. */
  readonly folder: string;
  /** Called before a segment is created. If it rejects, the appends fail with its error. Defaults to no call. */
  readonly beforeSegment?: () => Promise<void>;
  /** Number of the first segment. It must be larger than any number that was ever used. */
  readonly firstSegment: number;
  /** Size at which a segment is sealed, in bytes. */
  readonly segmentBytes: number;
  /** Records how much of each segment is acknowledged. */
  readonly watermarks: SegmentWatermarks;
  /**
   * Whether more rows may go to the disk. If not, appends wait until {@link GroupCommitLog.retry} is called and there
   * is room.
   */
  readonly hasRoom: () => boolean;
  /** Called with each complete segment, in the order of their numbers. */
  readonly onSealed: (segment: SealedSegment) => void;
  /**
   * Called after a segment was sealed without {@link GroupCommitLog.seal} because it is full, because the disk has
   * refused it, or because there is no room for more rows until it is flushed.
   */
  readonly onSealedUnasked: () => void;
}

interface WaitingAppend {
  readonly lines: Buffer;
  readonly rows: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The write-ahead log of one table, with group commit. While a write and its fdatasync are in progress, the next
 * appends gather, and then go to the disk together as one frame. There is no timer: a lone append goes to the disk at
 * once.
 */
export class GroupCommitLog {
  readonly #options: GroupCommitLogOptions;
  #waiting: WaitingAppend[] = [];
  #sealRequests: (() => void)[] = [];
  #pendingBytes = 0;
  #nextSegment: number;
  #segment: SegmentWriter | undefined;
  #isDraining = false;
  #refusal: Error | undefined;
  /** Resumes appends that wait for room. */
  #endWait: (() => void) | undefined;

  constructor(options: GroupCommitLogOptions) {
    this.#options = options;
    this.#nextSegment = options.firstSegment;
  }

  /** Bytes of row lines that are not on the disk yet. They are held in memory. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Length of the segment that is being written, in bytes. */
  get segmentBytes(): number {
    return this.#segment?.bytes ?? 0;
  }

  /** Resolves when the rows are on the disk, in the order of the calls. */
  append(lines: Buffer, rows: number): Promise<void> {
    this.#pendingBytes += lines.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lines, rows, resolve, reject });
      this.#wake();
    });
  }

  /**
   * Seals the current segment. When the promise resolves, `onSealed` was called for every row appended before the call,
   * except for rows that wait for room.
   */
  seal(): Promise<void> {
    return new Promise((resolve) => {
      this.#sealRequests.push(resolve);
      this.#wake();
    });
  }

  /** Rejects all appends with this error, including those that wait. Undefined accepts them again. */
  refuse(error: Error | undefined): void {
    this.#refusal = error;
    this.retry();
  }

  /** Lets appends that wait for room check again. */
  retry(): void {
    this.#endWait?.();
  }

  #wake(): void {
    if (this.#isDraining) {
      this.retry();
    } else {
      this.#isDraining = true;
      void this.#drain();
    }
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#sealRequests.length > 0) {
      const requests = this.#sealRequests;
      this.#sealRequests = [];
      const appends = this.#waiting;
      this.#waiting = [];
      for (let start = 0; start < appends.length; ) {
        if (!this.#hasRoom()) {
          await this.#waitForRoom(requests);
        }
        const end = endOfGroup(appends, start);
        const isDurable = await this.#commitGroup(appends.slice(start, end), appends.slice(end));
        start = isDurable ? end : appends.length;
      }
      if (requests.length > 0) {
        await this.#sealSegment();
        for (const resolve of requests) {
          resolve();
        }
      }
    }
    this.#isDraining = false;
  }

  /** @returns whether the group is on the disk. If not, it and everything behind it were rejected. */
  async #commitGroup(group: readonly WaitingAppend[], behind: readonly WaitingAppend[]): Promise<boolean> {
    const lines = group.map((append) => append.lines);
    const rows = group.reduce((sum, append) => sum + append.rows, 0);
    try {
      if (this.#refusal !== undefined) {
        throw this.#refusal;
      }
      this.#segment ??= await this.#createSegment();
      await this.#segment.write(lines, rows);
      this.#options.watermarks.raise(this.#segment.bytes, this.#segment.rows);
    } catch (error) {
      if (await this.#sealSegment()) {
        this.#options.onSealedUnasked();
      }
      // Everything behind the failed group fails with it: no append overtakes an earlier one.
      const overtaking = [...behind, ...this.#waiting];
      this.#waiting = [];
      this.#settle([...group, ...overtaking], (append) => append.reject(error));
      return false;
    }
    this.#settle(group, (append) => append.resolve());
    if (this.#segment.bytes >= this.#options.segmentBytes) {
      await this.#sealSegment();
      this.#options.onSealedUnasked();
    }
    return true;
  }

  #settle(group: readonly WaitingAppend[], settleAppend: (append: WaitingAppend) => void): void {
    for (const append of group) {
      this.#pendingBytes -= append.lines.length;
      settleAppend(append);
    }
  }

  #hasRoom(): boolean {
    return this.#refusal !== undefined || this.#options.hasRoom();
  }

  /**
   * Waits until flushing has made room. Requests to seal are answered at once, as no row is added before there is room.
   */
  async #waitForRoom(requests: (() => void)[]): Promise<void> {
    await this.#sealSegment();
    this.#options.onSealedUnasked();
    while (!this.#hasRoom()) {
      for (const resolve of [...requests.splice(0), ...this.#sealRequests.splice(0)]) {
        resolve();
      }
      await new Promise<void>((resolve) => {
        this.#endWait = resolve;
      });
    }
    this.#endWait = undefined;
  }

  async #createSegment(): Promise<SegmentWriter> {
    await this.#options.beforeSegment?.();
    const identity = { number: this.#nextSegment, id: randomUUID() };
    this.#nextSegment += 1;
    const segment = await SegmentWriter.create(this.#options.folder, identity);
    this.#options.watermarks.begin(identity);
    return segment;
  }

  /** @returns whether there was a segment to seal */
  async #sealSegment(): Promise<boolean> {
    const segment = this.#segment;
    if (segment === undefined) {
      return false;
    }
    this.#segment = undefined;
    this.#options.onSealed(await segment.seal());
    return true;
  }
}

/** The end of the frame that begins with this append: as many appends as fit, and at least one. */
function endOfGroup(appends: readonly WaitingAppend[], start: number): number {
  let bytes = 0;
  let end = start;
  for (const append of appends.slice(start)) {
    bytes += append.lines.length;
    if (end > start && bytes > FRAME_LIMIT_BYTES) {
      break;
    }
    end += 1;
  }
  return end;
}
