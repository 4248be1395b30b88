const INITIAL_BYTES = 4096;

/**
 * The share of its memory that must be filled for a scratch to hand the memory over as it is. Below this share, the
 * bytes are copied and the memory is used again.
 */
const WELL_FILLED = 0.75;

/** Room beyond the usual bytes: for the last record, and for the upper bound that is reserved for it. */
const SPARE_BYTES = 4096;

/** The most memory of durable batches that is kept: about as much as is in flight at a gigabyte per second. */
const MOST_KEPT_BYTES = 8 * 1024 * 1024;

/** Completed bytes, and the memory they are in if it is worth using again; see {@link Scratch.recycle}. */
export interface Taken {
  readonly buffer: Buffer;
  readonly memory?: Buffer;
}

/** Memory that grows while bytes are written into it. It is handed over once the bytes are complete. */
export class Scratch {
  /** Valid until the next {@link reserve} or {@link take}. */
  buffer: Buffer;
  /** The same memory, to write numbers at any position. */
  view: DataView;
  /** The end of the completed bytes. Bytes written behind it count once they are committed. */
  end: number;
  /**
   * Changes with every {@link commit} and {@link take}, and whenever a write behind the end begins. A writer can
   * compare it to notice that another write has taken place behind the end.
   */
  revision = 0;
  readonly #start: number;
  /** The size that is usually large enough. */
  readonly #fullBytes: number;
  readonly #kept: Buffer[] = [];

  /**
   * @param start the number of bytes to keep free in front
   * @param usualBytes the approximate number of bytes to expect; beyond them, the memory still grows
   */
  constructor(start: number, usualBytes: number) {
    this.#start = start;
    this.#fullBytes = start + usualBytes + SPARE_BYTES;
    this.end = start;
    this.buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    this.view = viewOf(this.buffer);
  }

  /** Makes room for a number of bytes, behind the end or behind another position. */
  reserve(bytes: number, position: number = this.end): void {
    const needed = position + bytes;
    if (needed > this.buffer.length) {
      this.grow(needed);
    }
  }

  /** Marks everything in front of a position as complete. */
  commit(end: number): void {
    this.end = end;
    this.revision++;
  }

  /** Returns the committed bytes, with the room in front, in memory of their own. The scratch is empty afterwards. */
  take(): Taken {
    const { buffer, end } = this;
    this.commit(this.#start);
    if (end >= buffer.length * WELL_FILLED) {
      // The next bytes are most likely as many, so the new memory does not have to grow step by step.
      this.#use(this.#kept.pop() ?? Buffer.allocUnsafeSlow(Math.min(buffer.length, this.#fullBytes)));
      return { buffer: buffer.subarray(0, end), memory: buffer };
    }
    const exact = Buffer.allocUnsafeSlow(end);
    buffer.copy(exact, 0, 0, end);
    // One huge record must not pin its memory for the rest of the stream.
    if (buffer.length > 4 * this.#fullBytes) {
      this.#use(Buffer.allocUnsafeSlow(INITIAL_BYTES));
    }
    return { buffer: exact };
  }

  /**
   * Keeps memory that was taken, for a later {@link take}. Without this, the garbage collector would scan the whole
   * heap each time about ten megabytes of such memory are allocated, which is several times a second under load.
   * Nothing may read the memory any more.
   */
  recycle(memory: Buffer): void {
    const isUsual = memory.length === this.#fullBytes;
    if (isUsual && this.#kept.length * this.#fullBytes < MOST_KEPT_BYTES) {
      this.#kept.push(memory);
    }
  }

  /** Grows the memory to at least a number of bytes. */
  protected grow(needed: number): void {
    const twice = this.buffer.length * 2;
    const larger = Buffer.allocUnsafeSlow(
      Math.max(needed, needed <= this.#fullBytes ? Math.min(twice, this.#fullBytes) : twice),
    );
    // Copies everything, because there may be bytes behind the end that are not complete yet.
    this.buffer.copy(larger);
    this.#use(larger);
  }

  #use(buffer: Buffer): void {
    this.buffer = buffer;
    this.view = viewOf(buffer);
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}
