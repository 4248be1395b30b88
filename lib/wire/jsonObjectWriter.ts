import { asyncKind } from '../errors/asyncKind.ts';
import { FixedText } from './fixedText.ts';
import type { Scratch } from './scratch.ts';
import { MOST_ELEMENTS } from './stringifyJson.ts';
import { writeJsonNumber } from './writeJsonNumber.ts';
import { NOT_WRITTEN, writeJsonString } from './writeJsonString.ts';

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const COMMA = 0x2c;
const literals = { null: new FixedText('null'), true: new FixedText('true'), false: new FixedText('false') };

/** The most keys that are remembered. If the records have more keys than this in total, the keys are data. */
const MOST_KEYS = 500;

/** Values nested deeper than this are left to {@link stringifyJson}, which also detects cycles. */
const MOST_DEPTH = 20;

/**
 * {@link stringifyJson} into memory, for records that have the same keys again and again.
 *
 * It remembers the keys as bytes, and their order in the last object. An object is left to {@link stringifyJson} as a
 * whole if it is not plain or contains a value that is not plain: another prototype, a `toJSON`, a number that is not
 * finite, or text that is hard to escape. The result therefore never differs from that of {@link stringifyJson}.
 */
export class JsonObjectWriter {
  /** `,"key":` of every key. The comma of the first key is replaced by the opening brace. */
  readonly #heads = new Map<string, FixedText>();
  /** The keys of the last object, their heads, and the writers of the objects and arrays found under them. */
  readonly #lastKeys: string[] = [];
  readonly #lastHeads: FixedText[] = [];
  readonly #nested: JsonObjectWriter[] = [];
  /** The prototype of the last object if its instances are nothing but their fields. */
  #prototype: object | null = Object.prototype;

  /**
   * Writes an object behind the end of a scratch. Throws what a property of the object throws.
   *
   * @returns the position behind the object, or {@link NOT_WRITTEN} if the object is not plain
   */
  write(scratch: Scratch, start: number, record: object, depth: number = 0): number {
    const prototype = Object.getPrototypeOf(record) as object | null;
    if (prototype !== this.#prototype) {
      if (!isOnlyFields(record)) {
        return NOT_WRITTEN;
      }
      this.#prototype = prototype;
    }
    if (hasToJson(record)) {
      return NOT_WRITTEN;
    }
    const { revision } = scratch;
    const keys = this.#lastKeys;
    const heads = this.#lastHeads;
    let at = start;
    let place = 0;
    for (const key in record) {
      if (keys[place] !== key && !this.#learn(record, place, key)) {
        return NOT_WRITTEN;
      }
      const value: unknown = record[key as keyof typeof record];
      // An accessor may have added another record, which now occupies the place of this one.
      if (scratch.revision !== revision) {
        return NOT_WRITTEN;
      }
      if (value !== undefined) {
        at = this.#writeValue(scratch, (heads[place] as FixedText).write(scratch, at), value, place, depth);
        if (at === NOT_WRITTEN) {
          return NOT_WRITTEN;
        }
      }
      place++;
    }
    scratch.reserve(2, at);
    scratch.buffer[start] = OPENING_BRACE;
    if (at === start) {
      // It may be an instance that hides its content, or an observable whose method has a symbol as its name.
      if (prototype !== Object.prototype || asyncKind(record) !== undefined) {
        return NOT_WRITTEN;
      }
      at++;
    }
    scratch.buffer[at] = CLOSING_BRACE;
    return at + 1;
  }

  #writeArray(scratch: Scratch, start: number, array: readonly unknown[], depth: number): number {
    const isOdd = Object.getPrototypeOf(array) !== Array.prototype || array.length > MOST_ELEMENTS;
    if (isOdd || hasToJson(array)) {
      return NOT_WRITTEN;
    }
    const { revision } = scratch;
    let at = start;
    for (let index = 0; index < array.length; index++) {
      const element = array[index];
      if (scratch.revision !== revision) {
        return NOT_WRITTEN;
      }
      scratch.reserve(1, at);
      scratch.buffer[at] = COMMA;
      at = this.#writeValue(scratch, at + 1, element === undefined ? null : element, 0, depth);
      if (at === NOT_WRITTEN) {
        return NOT_WRITTEN;
      }
    }
    scratch.reserve(2, at);
    scratch.buffer[start] = OPENING_BRACKET;
    if (at === start) {
      at++;
    }
    scratch.buffer[at] = CLOSING_BRACKET;
    return at + 1;
  }

  #writeValue(scratch: Scratch, position: number, value: unknown, place: number, depth: number): number {
    if (typeof value === 'string') {
      return writeJsonString(scratch, position, value);
    }
    if (typeof value === 'number') {
      return Number.isFinite(value) ? writeJsonNumber(scratch, position, value) : NOT_WRITTEN;
    }
    if (value === null || typeof value === 'boolean') {
      return literals[`${value}`].write(scratch, position);
    }
    if (typeof value !== 'object' || depth === MOST_DEPTH) {
      return NOT_WRITTEN;
    }
    if (Object.getPrototypeOf(value) === Date.prototype) {
      return writeDate(scratch, position, value as Date);
    }
    this.#nested[place] ??= new JsonObjectWriter();
    const nested = this.#nested[place];
    return Array.isArray(value)
      ? nested.#writeArray(scratch, position, value, depth + 1)
      : nested.write(scratch, position, value, depth + 1);
  }

  /** @returns whether JSON includes the key: it must be an own key, not one of an extended prototype */
  #learn(record: object, place: number, key: string): boolean {
    if (!Object.hasOwn(record, key)) {
      return false;
    }
    let head = this.#heads.get(key);
    if (head === undefined) {
      if (this.#heads.size === MOST_KEYS) {
        return false;
      }
      head = new FixedText(`,${JSON.stringify(key.toWellFormed())}:`);
      this.#heads.set(key, head);
    }
    this.#lastKeys[place] = key;
    this.#lastHeads[place] = head;
    return true;
  }
}

/** Whether an object, and so each instance of its class, is nothing but its fields: no Map, no Promise, no Error. */
function isOnlyFields(record: object): boolean {
  return Object.prototype.toString.call(record) === '[object Object]' && asyncKind(record) === undefined;
}

const dateToJson = Date.prototype.toJSON;

function writeDate(scratch: Scratch, position: number, date: Date): number {
  if (date.toJSON !== dateToJson || Number.isNaN(date.getTime())) {
    return NOT_WRITTEN;
  }
  return writeJsonString(scratch, position, date.toISOString());
}

function hasToJson(value: object): boolean {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function';
}
