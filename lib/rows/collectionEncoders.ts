import { types } from 'node:util';
import { kindOf } from '../errors/kindOf.ts';
import { specialKind } from '../wire/specialKind.ts';
import { type FieldEncoder, TaggedEncoder } from './fieldEncoder.ts';
import { InvalidValue, type Place, shown } from './invalidValue.ts';
import type { RowWriter } from './rowWriter.ts';

/** Encodes an ARRAY: the field is repeated for each element. */
export class ArrayEncoder implements FieldEncoder {
  readonly #place: Place;
  readonly #element: FieldEncoder;
  readonly #elementPlace: Place;
  #index = 0;

  /** @param elementAt creates the encoder of the elements, which has the same field number */
  constructor(place: Place, elementAt: (place: Place) => FieldEncoder) {
    this.#place = place;
    this.#elementPlace = () => `${place()}[${this.#index}]`;
    this.#element = elementAt(this.#elementPlace);
  }

  write(writer: RowWriter, value: unknown): void {
    if (!Array.isArray(value)) {
      throw new InvalidValue(this.#place, `expected array, got ${kindOf(value)}`);
    }
    for (let index = 0; index < value.length; index++) {
      this.#index = index;
      const element: unknown = value[index];
      if (element === null || element === undefined) {
        throw new InvalidValue(this.#elementPlace, `arrays cannot contain ${String(element)}`);
      }
      this.#element.write(writer, element);
    }
  }
}

/** Encodes a MAP: the field is repeated for each pair, as a message of key and value. */
export class MapEncoder extends TaggedEncoder {
  readonly #key: FieldEncoder;
  readonly #value: FieldEncoder;
  readonly #valuePlace: Place;
  readonly #parseKey: (text: string) => unknown;
  #currentKey: unknown;
  #lengthSize = 1;

  /**
   * @param parseKey parses a key of a plain object; undefined if it is not a valid key
   * @param keyAt creates the encoder of the keys
   * @param valueAt creates the encoder of the values
   */
  constructor(
    tag: number,
    place: Place,
    parseKey: (text: string) => unknown,
    keyAt: (place: Place) => FieldEncoder,
    valueAt: (place: Place) => FieldEncoder,
  ) {
    super(tag, place);
    this.#parseKey = parseKey;
    this.#valuePlace = () => `${place()}[${keyText(this.#currentKey)}]`;
    this.#key = keyAt(() => `${this.#valuePlace()} (key)`);
    this.#value = valueAt(this.#valuePlace);
  }

  write(writer: RowWriter, value: unknown): void {
    if (types.isMap(value)) {
      for (const [key, content] of value) {
        this.#writeEntry(writer, key, content);
      }
      return;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
      throw new InvalidValue(this.place, `expected Map or object, got ${kindOf(value)}`);
    }
    const kind = Object.getPrototypeOf(value) === Object.prototype ? undefined : specialKind(value);
    if (kind !== undefined) {
      throw new InvalidValue(this.place, `expected Map or object, got ${kind.name}. ${kind.wayOut}`);
    }
    for (const [text, content] of Object.entries(value)) {
      const key = this.#parseKey(text);
      if (key === undefined) {
        throw new InvalidValue(this.place, `${shown(text)} is not a valid key`);
      }
      this.#writeEntry(writer, key, content);
    }
  }

  #writeEntry(writer: RowWriter, key: unknown, value: unknown): void {
    this.#currentKey = key;
    if (value === null || value === undefined) {
      throw new InvalidValue(this.#valuePlace, `maps cannot contain ${String(value)}`);
    }
    const lengthSize = this.#lengthSize;
    const start = writer.beginLength(this.tag, lengthSize);
    this.#key.write(writer, key);
    this.#value.write(writer, value);
    this.#lengthSize = writer.endLength(start, lengthSize);
  }
}

function keyText(key: unknown): string {
  if (types.isDate(key)) {
    return Number.isNaN(key.getTime()) ? 'invalid Date' : key.toISOString();
  }
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' ? shown(key) : kindOf(key);
}
