import { bufferOf } from '../wire/bufferOf.ts';
import { hasPresence, isMapEntry } from './fieldPresence.ts';
import { NameScope } from './messageNames.ts';
import { lengthDelimited, readFields, textOf, type WireField, writeFields } from './wireField.ts';

/** Field numbers of `google/protobuf/descriptor.proto`. */
const fileSet = { file: 1 } as const;
const file = { package: 2, message: 4, enum: 5, syntax: 12 } as const;
const messageType = { name: 1, field: 2, nested: 3, enum: 4 } as const;
const fieldType = { typeName: 6 } as const;

/** A message or an enum somewhere in the set. */
interface DeclaredType {
  readonly fields: readonly WireField[];
  readonly isEnum: boolean;
  readonly isProto3: boolean;
}

/**
 * The messages of a serialized `google.protobuf.FileDescriptorSet`. They are kept as lists of their fields, so options
 * and unknown fields pass through unchanged.
 */
export class DescriptorSet {
  /** By full name, without a leading dot. */
  readonly #types: Map<string, DeclaredType> = new Map();

  /** Whether this is one message without its file, so that the package in full names is not known. */
  readonly #isAlone: boolean;

  /**
   * @param bytes a FileDescriptorSet, or one DescriptorProto
   * @throws RangeError if the bytes are neither
   */
  constructor(bytes: Uint8Array, content: 'files' | 'message' = 'files') {
    const buffer = bufferOf(bytes);
    this.#isAlone = content === 'message';
    if (this.#isAlone) {
      this.#declare('', [lengthDelimited(file.message, buffer)], file, false);
      return;
    }
    const files = readFields(buffer);
    if (
      files.length === 0 ||
      files.some(({ number, isLengthDelimited }) => number !== fileSet.file || !isLengthDelimited)
    ) {
      throw new RangeError('The set contains no files.');
    }
    for (const { value } of files) {
      const declared = readFields(value);
      this.#declare(textOf(declared, file.package), declared, file, textOf(declared, file.syntax) === 'proto3');
    }
  }

  /** The full names of all messages except the entries of maps. */
  get messageNames(): readonly string[] {
    return [...this.#types].filter(([, { isEnum, fields }]) => !isEnum && !isMapEntry(fields)).map(([name]) => name);
  }

  /** Returns the types that a message refers to, directly or indirectly, and that the set does not contain. */
  missingTypes(name: string): readonly string[] {
    return [...this.#reachable(name)].filter((each) => !this.#types.has(each));
  }

  /**
   * Returns the fields of a message, and of the messages in it, that omit the values 0, '' and false: those of proto3
   * without `optional`. A protobuf encoder does not write such a value.
   */
  fieldsWithoutPresence(name: string): readonly string[] {
    return [...this.#reachable(name)].flatMap((each) => {
      const type = this.#types.get(each);
      if (type === undefined || type.isEnum || !type.isProto3 || isMapEntry(type.fields)) {
        return [];
      }
      const path = each === name ? '' : `${lastPart(each)}.`;
      return type.fields
        .filter(({ number, value }) => number === messageType.field && !hasPresence(readFields(value)))
        .map(({ value }) => `${path}${nameIn(value)}`);
    });
  }

  /**
   * Returns a message as a serialized DescriptorProto that contains every type it refers to.
   *
   * @param name the full name of a message without missing types
   */
  standalone(name: string): Uint8Array {
    const { fields } = this.#type(name);
    const outside = [...this.#reachable(name)].filter((each) => each !== name && !isInside(each, name));
    // A type that is nested in another one of them moves with it.
    const moved = outside.filter((each) => !outside.some((other) => isInside(each, other)));
    const taken = fields.filter(({ number }) => number !== messageType.name).map(({ value }) => nameIn(value));
    const names = new NameScope(taken);
    const newNames = new Map(moved.map((each) => [each, names.claim(lastPart(each))]));
    let isChanged = moved.length > 0;
    const rename = (typeName: string, scope: string): string => {
      const old = this.#resolve(scope, typeName);
      for (const [from, to] of newNames) {
        if (old === from || isInside(old, from)) {
          return `.${name}.${to}${old.slice(from.length)}`;
        }
      }
      if (typeName.startsWith('.')) {
        return typeName;
      }
      isChanged = true;
      return `.${old}`;
    };
    const added = moved.map((each) => {
      const type = this.#type(each);
      const named = type.fields.map((field) =>
        field.number === messageType.name
          ? lengthDelimited(messageType.name, Buffer.from(newNames.get(each) ?? ''))
          : field,
      );
      return type.isEnum
        ? lengthDelimited(messageType.enum, writeFields(named))
        : lengthDelimited(messageType.nested, writeFields(renamed(named, rename, each)));
    });
    const written = [...renamed(fields, rename, name), ...added];
    // Without a change, the descriptor keeps its bytes.
    return new Uint8Array(writeFields(isChanged ? written : fields));
  }

  #declare(
    scope: string,
    fields: readonly WireField[],
    numbers: { readonly message: number; readonly enum: number },
    isProto3: boolean,
  ): void {
    for (const { number, value } of fields) {
      if (number !== numbers.message && number !== numbers.enum) {
        continue;
      }
      const declared = readFields(value);
      const name = textOf(declared, messageType.name);
      if (name === '') {
        throw new RangeError('A message has no name.');
      }
      const fullName = scope === '' ? name : `${scope}.${name}`;
      const isEnum = number === numbers.enum;
      this.#types.set(fullName, { fields: declared, isEnum, isProto3 });
      if (!isEnum) {
        this.#declare(fullName, declared, { message: messageType.nested, enum: messageType.enum }, isProto3);
      }
    }
  }

  /**
   * Returns the full name of a type, without a leading dot. A name without one is searched for in the message that
   * refers to it, then in everything around that, as protoc does.
   */
  #resolve(scope: string, typeName: string): string {
    const name = typeName.replace(/^\./, '');
    if (!typeName.startsWith('.')) {
      for (let outer = scope; outer !== ''; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) {
        if (this.#types.has(`${outer}.${name}`)) {
          return `${outer}.${name}`;
        }
      }
    }
    if (this.#isAlone) {
      for (let rest = name; rest !== ''; rest = rest.includes('.') ? rest.slice(rest.indexOf('.') + 1) : '') {
        if (this.#types.has(rest)) {
          return rest;
        }
      }
    }
    return name;
  }

  #type(name: string): DeclaredType {
    const type = this.#types.get(name);
    if (type === undefined) {
      throw new RangeError(`There is no type ${name}.`);
    }
    return type;
  }

  /** Returns the names of a message, of the types nested in it, and of the types that any of these refer to. */
  #reachable(name: string, reached: Set<string> = new Set()): Set<string> {
    if (reached.has(name)) {
      return reached;
    }
    reached.add(name);
    const type = this.#types.get(name);
    if (type === undefined || type.isEnum) {
      return reached;
    }
    for (const { number, value } of type.fields) {
      if (number === messageType.nested) {
        this.#reachable(`${name}.${textOf(readFields(value), messageType.name)}`, reached);
      }
      const typeName = number === messageType.field ? textOf(readFields(value), fieldType.typeName) : '';
      if (typeName !== '') {
        this.#reachable(this.#resolve(name, typeName), reached);
      }
    }
    return reached;
  }
}

/** Renames the types that a message and its nested messages refer to in their fields. */
function renamed(
  fields: readonly WireField[],
  rename: (typeName: string, scope: string) => string,
  scope: string,
): WireField[] {
  return fields.map((each) => {
    if (each.number === messageType.nested) {
      return lengthDelimited(
        messageType.nested,
        writeFields(renamed(readFields(each.value), rename, `${scope}.${nameIn(each.value)}`)),
      );
    }
    if (each.number !== messageType.field) {
      return each;
    }
    const parts = readFields(each.value).map((part) =>
      part.number === fieldType.typeName
        ? lengthDelimited(fieldType.typeName, Buffer.from(rename(part.value.toString('utf8'), scope)))
        : part,
    );
    return lengthDelimited(messageType.field, writeFields(parts));
  });
}

/** Returns the name of a field, a nested message or an enum: each has it at number 1. */
function nameIn(declaration: Buffer): string {
  return textOf(readFields(declaration), messageType.name);
}

function isInside(name: string, outer: string): boolean {
  return name.startsWith(`${outer}.`);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
