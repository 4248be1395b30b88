const INITIAL_BYTES = 4096;

/** From which share of its memory on a scratch is handed over as it is; below, its bytes are copied and it is used again. */
const WELL_FILLED = 0.75;

/** Memory that grows while bytes are written into it, and is handed over when they are complete. */
export class Scratch {
  /** Valid until the next {@link reserve} or {@link take}. */
  buffer: Buffer;
  /** Where the next byte goes. */
  end: number;
  readonly #start: number;
  readonly #usualBytes: number;

  /**
   * @param start how many bytes are kept free in front
   * @param usualBytes about how many bytes there will be; it grows slowly up to them and beyond
   */
  constructor(start: number, usualBytes: number) {
    this.#start = start;
    this.#usualBytes = start + usualBytes;
    this.end = start;
    this.buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  }

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    const needed = this.end + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.end);
    this.buffer = larger;
  }

  /** What was written, with the room in front, in memory of its own; the scratch is empty afterwards. */
  take(): Buffer {
    const { buffer, end } = this;
    this.end = this.#start;
    if (end >= buffer.length * WELL_FILLED) {
      // What comes next will most likely be as large, and need not grow to it step by step.
      this.buffer = Buffer.allocUnsafeSlow(Math.min(buffer.length, 2 * this.#usualBytes));
      return buffer.subarray(0, end);
    }
    const exact = Buffer.allocUnsafeSlow(end);
    buffer.copy(exact, 0, 0, end);
    // One huge record must not pin its memory for the rest of the stream.
    if (buffer.length > 4 * this.#usualBytes) this.buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    return exact;
  }
}
