import { FixedText } from './fixedText.ts';
import { writeJsonNumber } from './jsonNumber.ts';
import { NOT_WRITTEN, writeJsonString } from './jsonString.ts';
import type { Scratch } from './scratch.ts';

const OPENING = 0x7b;
const CLOSING = 0x7d;
const literals = { null: new FixedText('null'), true: new FixedText('true'), false: new FixedText('false') };

/**
 * `JSON.stringify` for records, into memory: for objects that have the same keys again and again.
 *
 * It remembers the keys of the last object as the bytes they become. Whatever is not plain (another prototype, a nested object or array, text
 * that is hard to escape) is left to `JSON.stringify`, so that the result never differs.
 */
export class JsonObjectWriter {
  readonly #keys: string[] = [];
  /** `,"key":`, where the first one's comma is going to be the brace. */
  readonly #heads: FixedText[] = [];

  /**
   * Writes an object behind the end of a scratch.
   *
   * @returns the position behind it, or {@link NOT_WRITTEN} where it is not plain. Throws what a property of the object throws
   */
  write(scratch: Scratch, start: number, record: object): number {
    if (Object.getPrototypeOf(record) !== Object.prototype) return NOT_WRITTEN;
    const { revision } = scratch;
    const keys = this.#keys;
    const heads = this.#heads;
    let at = start;
    let index = 0;
    for (const key in record) {
      if (keys[index] !== key && !this.#learn(record, index, key)) return NOT_WRITTEN;
      const value: unknown = record[key as keyof typeof record];
      // An accessor may have handed in a record meanwhile, which now stands where this one was begun.
      if (scratch.revision !== revision) return NOT_WRITTEN;
      const head = heads[index++] as FixedText;
      if (typeof value === 'string') at = writeJsonString(scratch, head.write(scratch, at), value);
      else if (typeof value === 'number') at = writeJsonNumber(scratch, head.write(scratch, at), value);
      else if (value === null || typeof value === 'boolean')
        at = literals[`${value}`].write(scratch, head.write(scratch, at));
      else if (value !== undefined) return NOT_WRITTEN;
      if (at === NOT_WRITTEN) return NOT_WRITTEN;
    }
    scratch.reserve(2, at);
    const { buffer } = scratch;
    buffer[start] = OPENING;
    if (at === start) at++;
    buffer[at] = CLOSING;
    return at + 1;
  }

  /** @returns whether the key is one that JSON writes: of the object itself, not of a prototype that somebody has extended */
  #learn(record: object, index: number, key: string): boolean {
    if (!Object.hasOwn(record, key)) return false;
    this.#keys[index] = key;
    this.#heads[index] = new FixedText(`,${JSON.stringify(key)}:`);
    this.#keys.length = index + 1;
    return true;
  }
}
