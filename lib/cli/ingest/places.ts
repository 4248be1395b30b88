import type { RecordPlace } from '../reading/recordReader.ts';

/** The place of a record among several inputs. */
export interface InputPlace extends RecordPlace {
  /** The index of the input. */
  readonly index: number;
}

/** The places of the records that were read last, by their offsets. They are numbers in a ring, not an object each. */
export class Places {
  readonly #capacity: number;
  readonly #indexes: Uint32Array;
  readonly #lines: Float64Array;
  readonly #endLines: Float64Array;
  readonly #endBytes: Float64Array;
  /** The offset of the next record. */
  #count = 0;

  /** @param capacity the number of places that are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#indexes = new Uint32Array(capacity);
    this.#lines = new Float64Array(capacity);
    this.#endLines = new Float64Array(capacity);
    this.#endBytes = new Float64Array(capacity);
  }

  /** The number of records so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds the place of the next record. */
  push({ index, line, endLine, endByte }: InputPlace): void {
    const slot = this.#count % this.#capacity;
    this.#indexes[slot] = index;
    this.#lines[slot] = line;
    this.#endLines[slot] = endLine;
    this.#endBytes[slot] = endByte;
    this.#count++;
  }

  /** Returns the place of a record, or `undefined` if it is not kept. */
  at(offset: number): InputPlace | undefined {
    if (offset < 0 || offset >= this.#count || offset < this.#count - this.#capacity) {
      return undefined;
    }
    const slot = offset % this.#capacity;
    return {
      index: this.#indexes[slot] as number,
      line: this.#lines[slot] as number,
      endLine: this.#endLines[slot] as number,
      endByte: this.#endBytes[slot] as number,
    };
  }
}
