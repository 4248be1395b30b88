const INITIAL_BYTES = 4096;

/**
 * From which share of its memory on a scratch is handed over as it is; below, its bytes are copied and it is used
 * again.
 */
const WELL_FILLED = 0.75;

/** Room beyond the usual bytes: for the last record, and for what it might have taken. */
const SPARE_BYTES = 4096;

/**
 * How much memory of durable batches is kept for others: about what is on its way to a service at a gigabyte a second.
 */
const MOST_KEPT_BYTES = 8 * 1024 * 1024;

/** Bytes that are complete, and the memory they stand in where it is worth using again; see {@link Scratch.recycle}. */
export interface Taken {
  readonly buffer: Buffer;
  readonly memory?: Buffer;
}

/** Memory that grows while bytes are written into it, and is handed over when they are complete. */
export class Scratch {
  /** Valid until the next {@link reserve} or {@link take}. */
  buffer: Buffer;
  /** The same memory, for numbers at any position. */
  view: DataView;
  /** Behind the bytes that are complete. Others may be written there, and count once they are committed. */
  end: number;
  /**
   * Changes with every {@link commit} and {@link take}, and whenever somebody begins to write behind the end: tells who
   * writes behind the end whether somebody else has done so meanwhile.
   */
  revision = 0;
  readonly #start: number;
  /** The size at which it is large enough as a rule. */
  readonly #fullBytes: number;
  readonly #kept: Buffer[] = [];

  /**
   * @param start how many bytes are kept free in front
   * @param usualBytes about how many bytes there will be; it grows slowly up to them and beyond
   */
  constructor(start: number, usualBytes: number) {
    this.#start = start;
    this.#fullBytes = start + usualBytes + SPARE_BYTES;
    this.end = start;
    this.buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    this.view = viewOf(this.buffer);
  }

  /** Makes room for so many bytes, from the end or a position behind it. */
  reserve(bytes: number, position: number = this.end): void {
    const needed = position + bytes;
    if (needed > this.buffer.length) {
      this.grow(needed);
    }
  }

  /** Everything in front of this position is complete. */
  commit(end: number): void {
    this.end = end;
    this.revision++;
  }

  /** What was committed, with the room in front, in memory of its own; the scratch is empty afterwards. */
  take(): Taken {
    const { buffer, end } = this;
    this.commit(this.#start);
    if (end >= buffer.length * WELL_FILLED) {
      // What comes next will most likely be as large, and need not grow to it step by step.
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
   * Keeps memory that was taken for what is taken later: the garbage collector looks through everything whenever some
   * ten megabytes of such memory were allocated, which is several times a second where much is sent. Nobody may look at
   * it any more.
   */
  recycle(memory: Buffer): void {
    const isUsual = memory.length === this.#fullBytes;
    if (isUsual && this.#kept.length * this.#fullBytes < MOST_KEPT_BYTES) {
      this.#kept.push(memory);
    }
  }

  /** Makes it at least so large. */
  protected grow(needed: number): void {
    const twice = this.buffer.length * 2;
    const larger = Buffer.allocUnsafeSlow(
      Math.max(needed, needed <= this.#fullBytes ? Math.min(twice, this.#fullBytes) : twice),
    );
    // All of it: behind the end may stand what is not complete yet.
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
