/** The input that a worker is busy with, in memory that another thread can read while the worker hangs. */
export class SharedInput {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Uint32Array;
  readonly #bytes: Uint8Array;

  /** @param memory that of another thread. Defaults to new memory. */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(8 + 1_000_000)) {
    this.memory = memory;
    this.#numbers = new Uint32Array(memory, 0, 2);
    this.#bytes = new Uint8Array(memory, 8);
  }

  /** The number of inputs so far. */
  get count(): number {
    return Atomics.load(this.#numbers, 0);
  }

  /** The latest input. Undefined if inputs have no bytes. */
  get input(): Buffer | undefined {
    const length = Atomics.load(this.#numbers, 1);
    return length === 0 ? undefined : Buffer.from(this.#bytes.slice(0, length - 1));
  }

  /** Counts an input. */
  begin(input?: Uint8Array): void {
    if (input !== undefined) {
      this.#bytes.set(input);
      Atomics.store(this.#numbers, 1, input.length + 1);
    }
    Atomics.add(this.#numbers, 0, 1);
  }
}
