import { types } from 'node:util';
import { MAX_REQUEST_BYTES } from './batchBuilder.ts';
import { bufferOf } from './bufferOf.ts';
import { NoJsonForm } from './noJsonForm.ts';
import { specialKind, tagOf } from './specialKind.ts';

/**
 * `JSON.stringify` for values that must arrive as what they are.
 *
 * It writes the same text if the value consists of text, finite numbers, booleans, null, arrays, and objects with
 * fields or a `toJSON`. It differs in these points:
 *
 * - It refuses what `JSON.stringify` replaces by `null` or `{}` or omits: numbers that are not finite, invalid dates,
 *   symbols, functions, promises, observables, collections, errors, and class instances without fields.
 * - It writes a bigint as its digits, bytes in base64, and other typed arrays as arrays.
 * - Half a surrogate pair becomes U+FFFD, as whenever Node.js turns text into UTF-8.
 *
 * Values are recognized by what they are, not by their class: they may come from another realm.
 *
 * @returns the text, or undefined for `undefined`
 * @throws NoJsonForm if a value has no JSON form, or if it contains itself
 */
export function stringifyJson(value: unknown): string | undefined {
  return new Stringifier().text(value, '');
}

/**
 * More elements do not fit into a record, since each takes a byte and a comma. An array may say that it has more, and
 * have none.
 */
export const MOST_ELEMENTS: number = MAX_REQUEST_BYTES / 2;

class Stringifier {
  readonly #path: (string | number)[] = [];
  /** The objects around the current value. */
  readonly #around: object[] = [];

  text(value: unknown, key: string | number): string | undefined {
    switch (typeof value) {
      case 'object':
        return value === null ? 'null' : this.#objectText(value, key);
      case 'string':
        return JSON.stringify(value.toWellFormed());
      case 'number':
        return Number.isFinite(value) ? `${value}` : this.#refuse(`${value}`);
      case 'boolean':
      case 'bigint':
        return `${value}`;
      case 'undefined':
        return undefined;
      default:
        return this.#refuse(`a ${typeof value}`);
    }
  }

  #objectText(value: object, key: string | number): string | undefined {
    // Spares plain objects and arrays the calls into native code.
    if (!isPlain(value)) {
      if (hasBase64Form(value)) {
        return `"${base64(value)}"`;
      }
      if (types.isDate(value) && Number.isNaN(Date.prototype.getTime.call(value))) {
        return this.#refuse('an invalid Date');
      }
    }
    const { toJSON } = value as { readonly toJSON?: unknown };
    if (typeof toJSON !== 'function') {
      return this.#contentText(value);
    }
    const result: unknown = Reflect.apply(toJSON, value, [String(key)]);
    return typeof result === 'object' && result !== null ? this.#contentText(result) : this.text(result, key);
  }

  /** Writes an object without calling its `toJSON`. */
  #contentText(value: object): string {
    if (this.#around.includes(value)) {
      throw new NoJsonForm(this.#path, 'the value contains itself. Remove the cycle');
    }
    this.#around.push(value);
    const text = Array.isArray(value)
      ? this.#arrayText(value)
      : (this.#specialText(value) ?? this.#fieldsText(value, Object.keys(value)));
    this.#around.pop();
    return text;
  }

  #arrayText(array: ArrayLike<unknown>): string {
    const path = this.#path;
    if (array.length > MOST_ELEMENTS) {
      throw new NoJsonForm(path, `an array of ${array.length} elements does not fit into a record. Split it`);
    }
    let text = '';
    for (let index = 0; index < array.length; index++) {
      path.push(index);
      text += `${index === 0 ? '' : ','}${this.text(array[index], index) ?? 'null'}`;
      path.pop();
    }
    return `[${text}]`;
  }

  #fieldsText(value: object, keys: readonly string[]): string {
    const path = this.#path;
    let text = '';
    for (const key of keys) {
      path.push(key);
      const field = this.text((value as Readonly<Record<string, unknown>>)[key], key);
      path.pop();
      if (field !== undefined) {
        text += `${text === '' ? '' : ','}${JSON.stringify(key.toWellFormed())}:${field}`;
      }
    }
    return `{${text}}`;
  }

  /** Writes or refuses an object that is more than its fields. Returns undefined if it is not. */
  #specialText(value: object): string | undefined {
    const text = tagOf(value) === 'Object' ? undefined : this.#taggedText(value);
    if (text !== undefined) {
      return text;
    }
    const kind = specialKind(value);
    return kind && this.#refuse(kind.name, kind.wayOut);
  }

  #taggedText(value: object): string | undefined {
    if (hasBase64Form(value)) {
      return `"${base64(value)}"`;
    }
    if (types.isTypedArray(value)) {
      return this.#arrayText(value as unknown as ArrayLike<unknown>);
    }
    if (types.isDate(value)) {
      return this.text(Date.prototype.toJSON.call(value) ?? Number.NaN, '');
    }
    if (types.isBoxedPrimitive(value)) {
      return this.text(unboxed(value), '');
    }
    return undefined;
  }

  #refuse(what: string, wayOut?: string): never {
    throw new NoJsonForm(this.#path, `${what} has no JSON form${wayOut === undefined ? '' : `. ${wayOut}`}`);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
}

/** Whether a value is written in base64, of any realm: bytes as `Buffer` or `DataView`, or their memory. */
function hasBase64Form(value: object): value is Uint8Array | DataView | ArrayBuffer {
  return types.isUint8Array(value) || types.isAnyArrayBuffer(value) || types.isDataView(value);
}

function base64(bytes: Uint8Array | DataView | ArrayBuffer): string {
  return bufferOf(bytes).toString('base64');
}

function unboxed(value: object): unknown {
  if (types.isNumberObject(value)) {
    return Number(value);
  }
  return types.isStringObject(value) ? String(value) : value.valueOf();
}
