import { types } from 'node:util';
import { asyncKind } from '../errors/asyncKind.ts';

/** A kind of object that is more than its fields. */
export interface SpecialKind {
  /** `a Map`, `an instance of Reading` */
  readonly name: string;
  /** How to get a value with fields: a sentence without its full stop. */
  readonly wayOut: string;
}

/**
 * Names an object that would be lost if only its fields were written: a Promise, an Observable, a collection, an error,
 * or an instance of a class that has no enumerable fields.
 *
 * @returns undefined if the object is nothing but its fields
 */
export function specialKind(value: object): SpecialKind | undefined {
  const kind = asyncKind(value);
  if (kind !== undefined) {
    return kind;
  }
  const tag = tagOf(value);
  if (tag !== 'Object') {
    const known = knownKind(value);
    if (known !== undefined) {
      return known;
    }
  }
  return isHollow(value, tag) && Object.keys(value).length === 0
    ? { name: nameOf(value, tag), wayOut: 'It has no enumerable fields and no toJSON' }
    : undefined;
}

/** Returns `Map` for a Map of any realm, and `Object` for plain objects and the instances of most classes. */
export function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function knownKind(value: object): SpecialKind | undefined {
  if (types.isMap(value)) {
    return { name: 'a Map', wayOut: 'Use Object.fromEntries' };
  }
  if (types.isSet(value)) {
    return { name: 'a Set', wayOut: 'Spread it into an array' };
  }
  if (types.isNativeError(value)) {
    return { name: 'an Error', wayOut: 'Use its message' };
  }
  return types.isRegExp(value) ? { name: 'a RegExp', wayOut: 'Use its source' } : undefined;
}

/**
 * Whether an object without fields holds something else: it is an instance of a class, or of a kind that has a name of
 * its own, such as an iterator.
 */
function isHollow(value: object, tag: string): boolean {
  if (tag !== 'Object' && tag !== 'Arguments') {
    return true;
  }
  let prototype: object | null = Object.getPrototypeOf(value) as object | null;
  while (prototype !== null) {
    const next = Object.getPrototypeOf(prototype) as object | null;
    // The last prototype is the Object.prototype of some realm.
    if (next !== null && Object.hasOwn(prototype, 'constructor')) {
      return true;
    }
    prototype = next;
  }
  return false;
}

function nameOf(value: object, tag: string): string {
  const type: unknown = value.constructor;
  const name: unknown = tag === 'Object' && typeof type === 'function' ? type.name : tag;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an instance of a class';
}
