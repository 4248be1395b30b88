import type { OpenedInput } from '../reading/inputReader.ts';
import { writeCheckpoint } from './checkpoint.ts';
import type { InputPlace } from './places.ts';

/** The shortest time between two writes, so that a fast stream does not keep the disk busy. */
const PAUSE_MS = 100;

/** How much is durable: the number of records, and the place of the last one. */
export interface Progress {
  readonly count: number;
  readonly place: InputPlace;
}

/** Options of {@link Checkpoints}. */
export interface CheckpointsOptions {
  readonly inputs: readonly OpenedInput[];
  readonly table: string;
  /** Called with the number of records that the checkpoints have passed. */
  readonly onWritten: (count: number) => void;
  /** Called if a checkpoint cannot be written. */
  readonly onFailure: (error: unknown) => void;
}

/** Writes the checkpoints of the inputs, one after the other, as records become durable. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  /** What is written next. */
  #latest: Progress | undefined;
  /** The number of inputs whose checkpoint says that they are done. */
  #doneCount = 0;
  #writing: Promise<void> | undefined;
  #wake: () => void = () => {};
  #isEnding = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** Writes the place that each input starts at, so that a folder that is not writable is found at once. */
  async start(): Promise<void> {
    for (const { input, after = { line: 0, byte: 0 } } of this.#options.inputs) {
      if (input.file !== undefined) {
        const { format } = input;
        await writeCheckpoint(input.file, { table: this.#options.table, format, ...after, isDone: false });
      }
    }
  }

  /** Writes how much is durable, as soon as possible. */
  update(progress: Progress): void {
    this.#latest = progress;
    this.#writing ??= this.#writeAll().catch((error) => {
      this.#failure = { error };
      this.#options.onFailure(error);
    });
  }

  /**
   * Waits until everything is written.
   *
   * @param isComplete whether every input is durable
   * @throws `Error` if a checkpoint cannot be written
   */
  async end(isComplete: boolean): Promise<void> {
    this.#isEnding = true;
    this.#wake();
    await this.#writing;
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
    if (isComplete) {
      await this.#writeDone(this.#options.inputs.length);
    }
  }

  async #writeAll(): Promise<void> {
    for (let next = this.#takeLatest(); next !== undefined; next = this.#takeLatest()) {
      await this.#write(next);
      if (!this.#isEnding) {
        await this.#pause();
      }
    }
    this.#writing = undefined;
  }

  #takeLatest(): Progress | undefined {
    const latest = this.#latest;
    this.#latest = undefined;
    return latest;
  }

  async #write({ count, place }: Progress): Promise<void> {
    await this.#writeDone(place.index);
    const { input } = this.#options.inputs[place.index] as OpenedInput;
    if (input.file !== undefined) {
      const { table } = this.#options;
      const { endLine: line, endByte: byte } = place;
      await writeCheckpoint(input.file, { table, format: input.format, line, byte, isDone: false });
    }
    this.#options.onWritten(count);
  }

  /** Writes that the first inputs are durable as a whole. */
  async #writeDone(count: number): Promise<void> {
    for (; this.#doneCount < count; this.#doneCount++) {
      const { input } = this.#options.inputs[this.#doneCount] as OpenedInput;
      if (input.file !== undefined) {
        const { table } = this.#options;
        const { size } = input.file;
        await writeCheckpoint(input.file, { table, format: input.format, line: 0, byte: size, isDone: true });
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
