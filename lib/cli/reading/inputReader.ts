import type { Readable } from 'node:stream';
import { endSentence } from '../../errors/endSentence.ts';
import { reasonOf } from '../../errors/reasonOf.ts';
import { isZerobusError } from '../../errors/zerobusError.ts';
import { openReader, type ReadableInput, type Reader } from '../../inputs/reader.ts';
import type { InputFile } from './inputFile.ts';
import { openRecords } from './openRecords.ts';
import type { InputRecord, RecordReader, ResumePlace } from './recordReader.ts';

/** An input, and what of it need not be read again. */
export interface OpenedInput {
  readonly input: InputFile;
  /** The last record that need not be read again. Defaults to the start. */
  readonly after?: ResumePlace | undefined;
  /** The records, if they are open already. */
  readonly records?: RecordReader | undefined;
}

/** Reads the records of several inputs, one after the other. */
export class InputReader implements Reader<InputRecord> {
  readonly #inputs: readonly OpenedInput[];
  readonly #onOpened: (input: InputFile, records: RecordReader) => void;
  /** The index of the input that is read. */
  #index = 0;
  #records: RecordReader | undefined;
  #stream: Readable | undefined;
  #streamStart = 0;
  /** The number of bytes of the inputs before, as they are stored. */
  #bytesBefore = 0;
  #isClosed = false;

  /**
   * @param inputs the inputs
   * @param onOpened called with each input and its records before they are read. What it throws ends the reading
   */
  constructor(inputs: readonly OpenedInput[], onOpened: (input: InputFile, records: RecordReader) => void) {
    this.#inputs = inputs;
    this.#onOpened = onOpened;
  }

  /** The index of the input whose record was read last. */
  get index(): number {
    return Math.min(this.#index, this.#inputs.length - 1);
  }

  /** The number of the line that the last record begins on, or 0. */
  get line(): number {
    return this.#records?.line ?? 0;
  }

  /** The number of the line that it ends on. */
  get endLine(): number {
    return this.#records?.endLine ?? 0;
  }

  /** The first byte after it in its input, uncompressed. */
  get endByte(): number {
    return this.#records?.endByte ?? 0;
  }

  /** The names of its fields. */
  get header(): readonly string[] | undefined {
    return this.#records?.header;
  }

  /** The number of bytes that were read of all inputs, as they are stored. */
  get bytesRead(): number {
    const { bytesRead = 0 } = Object(this.#stream) as { readonly bytesRead?: number };
    return this.#bytesBefore + this.#streamStart + bytesRead;
  }

  next(): IteratorResult<InputRecord> | undefined {
    const result = this.#records?.next();
    return result?.done === true ? undefined : result;
  }

  async wait(): Promise<IteratorResult<InputRecord>> {
    for (;;) {
      const opened = this.#inputs[this.#index];
      if (this.#isClosed || opened === undefined) {
        return { done: true, value: undefined };
      }
      const result = await this.#read(opened);
      if (result.done !== true) {
        return result;
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#records?.close();
    this.#stream?.destroy();
  }

  async #read(opened: OpenedInput): Promise<IteratorResult<InputRecord>> {
    try {
      this.#records ??= await this.#open(opened);
      const result = this.#records.next() ?? (await this.#records.wait());
      if (result.done === true) {
        this.#leave(opened.input);
      }
      return result;
    } catch (error) {
      throw this.#named(error, opened.input.name);
    }
  }

  /** The errors of the records name the input themselves, those of the file system and of gzip do not. */
  #named(error: unknown, name: string): unknown {
    return isZerobusError(error)
      ? error
      : new Error(`${name}: after line ${this.endLine}: ${endSentence(reasonOf(error))}`);
  }

  async #open({ input, after, records }: OpenedInput): Promise<RecordReader> {
    const opened =
      records ??
      (await openRecords(input, after, (stream, start) => {
        this.#stream = stream;
        this.#streamStart = start;
      }));
    if (this.#isClosed) {
      opened.close();
    }
    this.#onOpened(input, opened);
    return opened;
  }

  #leave({ file }: InputFile): void {
    const size = file?.size ?? 0;
    const { bytesRead = size } = Object(this.#stream) as { readonly bytesRead?: number };
    if (!this.#isClosed && this.#stream !== undefined && this.#streamStart + bytesRead < size) {
      throw new Error(`The file was cut short while it was read: it had ${size} bytes.`);
    }
    this.#bytesBefore += size;
    this.#stream = undefined;
    this.#streamStart = 0;
    this.#index++;
    if (this.#index < this.#inputs.length) {
      this.#records = undefined;
    }
  }
}

/** Returns a reader as an input of `pull`. It can be read once. */
export function inputOf<T>(reader: Reader<T>): AsyncIterable<T> {
  const input: ReadableInput<T> & AsyncIterable<T> = {
    [openReader]: () => reader,
    [Symbol.asyncIterator]: () => ({ next: async () => reader.next() ?? (await reader.wait()) }),
  };
  return input;
}
