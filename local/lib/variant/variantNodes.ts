import type { VariantTokens } from '../records/scanVariantText.ts';
import { BasicType, PrimitiveType, valueHeader } from './variantType.ts';
import { LARGEST_NUMBER_BYTES, writeNumber } from './writeNumber.ts';
import { LONG_STRING_HEADER_BYTES, writeString } from './writeString.ts';

/**
 * The values of a variant in the order of its text. An object or array comes before its members. Scalars are already
 * encoded. The beginning of an object or array depends on all keys, so it is written after the whole text was read.
 */
export class VariantNodes implements VariantTokens {
  /** The basic type of each value. `primitive` stands for any scalar. */
  readonly basicTypes: number[] = [];
  /** For each value, the position after it and everything in it. */
  readonly ends: number[] = [];
  /** For each field of an object, the position of its key in `keys`. */
  readonly keyIndexes: number[] = [];
  /** The bytes of each scalar. 0 for objects and arrays. */
  readonly sizes: number[] = [];
  /** The keys of all objects, without duplicates. */
  readonly keys: string[] = [];
  readonly #text: Buffer;
  readonly #keyIndexes = new Map<string, number>();
  readonly #open: number[] = [];
  #keyIndex = 0;
  #scalars: Buffer;
  #scalarBytes = 0;

  /** @param text the JSON text whose tokens this object receives */
  constructor(text: Buffer) {
    this.#text = text;
    this.#scalars = Buffer.allocUnsafe(text.length + LARGEST_NUMBER_BYTES);
  }

  /** The encoded scalars, one after the other. */
  get scalars(): Buffer {
    return this.#scalars.subarray(0, this.#scalarBytes);
  }

  openObject(): void {
    this.#open.push(this.#add(BasicType.object, 0));
  }

  openArray(): void {
    this.#open.push(this.#add(BasicType.array, 0));
  }

  close(): void {
    this.ends[this.#open.pop() as number] = this.ends.length;
  }

  key(key: string): void {
    const known = this.#keyIndexes.get(key);
    this.#keyIndex = known ?? this.keys.length;
    if (known === undefined) {
      this.#keyIndexes.set(key, this.#keyIndex);
      this.keys.push(key);
    }
  }

  string(start: number, end: number): void {
    const at = this.#makeRoom(LONG_STRING_HEADER_BYTES + end - start);
    this.#addScalar(writeString(this.#text, start, end, this.#scalars, at));
  }

  number(start: number, end: number): void {
    const at = this.#makeRoom(LARGEST_NUMBER_BYTES);
    this.#addScalar(writeNumber(this.#text, start, end, this.#scalars, at));
  }

  literal(value: boolean | null): void {
    const type = value === null ? PrimitiveType.null : value ? PrimitiveType.true : PrimitiveType.false;
    const at = this.#makeRoom(1);
    this.#scalars[at] = valueHeader(BasicType.primitive, type);
    this.#addScalar(at + 1);
  }

  #addScalar(end: number): void {
    this.#add(BasicType.primitive, end - this.#scalarBytes);
    this.#scalarBytes = end;
  }

  #add(basicType: number, size: number): number {
    const node = this.ends.length;
    this.basicTypes.push(basicType);
    this.sizes.push(size);
    this.keyIndexes.push(this.#keyIndex);
    this.ends.push(node + 1);
    return node;
  }

  /** Makes room for another scalar, and returns its position: the end of the last one. */
  #makeRoom(bytes: number): number {
    if (this.#scalarBytes + bytes > this.#scalars.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#scalars.length * 2, this.#scalarBytes + bytes));
      larger.set(this.scalars);
      this.#scalars = larger;
    }
    return this.#scalarBytes;
  }
}
