import type { SealedSegment } from './segment.ts';
import { SegmentWriter } from './segmentWriter.ts';

/** Most bytes of row lines that go into one frame; a single append may be larger. */
const frameLimitBytes = 16 * 1024 * 1024;

/** What a write-ahead log needs to know. */
export interface GroupCommitLogOptions {
  /** Where the segments lie. */
  readonly folder: string;
  /** Number of the first segment; larger than all that were ever used. */
  readonly firstSegment: number;
  /** Size at which a segment is sealed, in bytes. */
  readonly segmentBytes: number;
  /** Called with each segment that is complete, in the order of their numbers. */
  readonly onSealed: (segment: SealedSegment) => void;
}

interface WaitingAppend {
  readonly lines: Buffer;
  readonly rows: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The write-ahead log of one table, with group commit: while one write and its fdatasync are under way, the next appends
 * gather, and then go to disk together as one frame. There is no timer; a lone append waits for nobody.
 */
export class GroupCommitLog {
  readonly #options: GroupCommitLogOptions;
  #waiting: WaitingAppend[] = [];
  #sealRequests: (() => void)[] = [];
  #pendingBytes = 0;
  #nextSegment: number;
  #segment: SegmentWriter | undefined;
  #isDraining = false;

  constructor(options: GroupCommitLogOptions) {
    this.#options = options;
    this.#nextSegment = options.firstSegment;
  }

  /** Bytes of row lines that were handed in and are not on the disk yet: they are held in memory. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Resolves once the rows are on the disk, in the order of the calls. */
  append(lines: Buffer, rows: number): Promise<void> {
    this.#pendingBytes += lines.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lines, rows, resolve, reject });
      this.#wake();
    });
  }

  /** Seals the current segment. When it resolves, `onSealed` has been called for every row acknowledged before. */
  seal(): Promise<void> {
    return new Promise((resolve) => {
      this.#sealRequests.push(resolve);
      this.#wake();
    });
  }

  #wake(): void {
    if (!this.#isDraining) {
      this.#isDraining = true;
      void this.#drain();
    }
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#sealRequests.length > 0) {
      if (this.#sealRequests.length > 0) {
        const requests = this.#sealRequests;
        this.#sealRequests = [];
        await this.#sealSegment();
        for (const resolve of requests) {
          resolve();
        }
      } else {
        await this.#commitGroup(this.#takeGroup());
      }
    }
    this.#isDraining = false;
  }

  #takeGroup(): readonly WaitingAppend[] {
    let bytes = 0;
    let count = 0;
    for (const append of this.#waiting) {
      if (count > 0 && bytes + append.lines.length > frameLimitBytes) {
        break;
      }
      bytes += append.lines.length;
      count += 1;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return group;
  }

  async #commitGroup(group: readonly WaitingAppend[]): Promise<void> {
    const lines = group.map((append) => append.lines);
    const rows = group.reduce((sum, append) => sum + append.rows, 0);
    try {
      this.#segment ??= await this.#createSegment();
      await this.#segment.write(lines, rows);
    } catch (error) {
      await this.#sealSegment();
      // What waits behind the failed group fails with it: no append overtakes an earlier one.
      const overtaking = this.#waiting;
      this.#waiting = [];
      this.#settle([...group, ...overtaking], (append) => append.reject(error));
      return;
    }
    this.#settle(group, (append) => append.resolve());
    if (this.#segment.bytes >= this.#options.segmentBytes) {
      await this.#sealSegment();
    }
  }

  #settle(group: readonly WaitingAppend[], settleAppend: (append: WaitingAppend) => void): void {
    for (const append of group) {
      this.#pendingBytes -= append.lines.length;
      settleAppend(append);
    }
  }

  #createSegment(): Promise<SegmentWriter> {
    const number = this.#nextSegment;
    this.#nextSegment += 1;
    return SegmentWriter.create(this.#options.folder, number);
  }

  async #sealSegment(): Promise<void> {
    const segment = this.#segment;
    if (segment !== undefined) {
      this.#segment = undefined;
      this.#options.onSealed(await segment.seal());
    }
  }
}
