const INITIAL_BYTES = 4096;

/** From which share of its memory on a scratch is handed over as it is; below, its bytes are copied and it is used again. */
const WELL_FILLED = 0.75;

/** Room beyond the usual bytes: for the last record, and for what it might have taken. */
const SPARE_BYTES = 4096;

/** Memory that grows while bytes are written into it, and is handed over when they are complete. */
export class Scratch {
  /** Valid until the next {@link reserve} or {@link take}. */
  buffer: Buffer;
  /** The same memory, for numbers at any position. */
  view: DataView;
  /** Behind the bytes that are complete. Others may be written there, and count once they are committed. */
  end: number;
  /** Changes with every {@link commit} and {@link take}: tells who writes behind the end whether somebody else has done so meanwhile. */
  revision = 0;
  readonly #start: number;
  /** The size at which it is large enough as a rule. */
  readonly #fullBytes: number;

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
    if (needed > this.buffer.length) this.grow(needed);
  }

  /** Everything in front of this position is complete. */
  commit(end: number): void {
    this.end = end;
    this.revision++;
  }

  /** What was committed, with the room in front, in memory of its own; the scratch is empty afterwards. */
  take(): Buffer {
    const { buffer, end } = this;
    this.commit(this.#start);
    if (end >= buffer.length * WELL_FILLED) {
      // What comes next will most likely be as large, and need not grow to it step by step.
      this.#use(Buffer.allocUnsafeSlow(Math.min(buffer.length, this.#fullBytes)));
      return buffer.subarray(0, end);
    }
    const exact = Buffer.allocUnsafeSlow(end);
    buffer.copy(exact, 0, 0, end);
    // One huge record must not pin its memory for the rest of the stream.
    if (buffer.length > 4 * this.#fullBytes) this.#use(Buffer.allocUnsafeSlow(INITIAL_BYTES));
    return exact;
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
