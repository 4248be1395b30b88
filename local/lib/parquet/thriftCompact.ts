/** The types of Thrift's compact protocol that Parquet's metadata uses. */
const Type = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
} as const;

/** A value in Thrift's compact protocol. Integers of any width are bigints. A double is kept as its eight bytes. */
export type ThriftValue = boolean | bigint | Buffer | ThriftList | ThriftStruct;

/** A list or a set, whose values all have one type. */
export interface ThriftList {
  readonly elementType: number;
  readonly values: ThriftValue[];
}

/** One field of a struct, with its type on the wire. */
export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}

/** The fields of a struct by number, in the order of the wire. Fields that the reader does not know are kept. */
export type ThriftStruct = Map<number, ThriftField>;

/**
 * Reads one struct in Thrift's compact protocol.
 *
 * @throws {RangeError} if the bytes end too early, or if they contain a type that Parquet's metadata does not use
 */
export function decodeThriftStruct(bytes: Buffer): ThriftStruct {
  return new ThriftReader(bytes).struct();
}

/** Writes one struct in Thrift's compact protocol. The inverse of {@link decodeThriftStruct}. */
export function encodeThriftStruct(struct: ThriftStruct): Buffer {
  const parts: Buffer[] = [];
  writeStruct(struct, parts);
  return Buffer.concat(parts);
}

class ThriftReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  struct(): ThriftStruct {
    const struct: ThriftStruct = new Map();
    let id = 0;
    for (;;) {
      const header = this.#byte();
      if (header === 0) {
        return struct;
      }
      const delta = header >> 4;
      id = delta === 0 ? Number(this.#integer()) : id + delta;
      const type = header & 15;
      // In a field's header, the type of a boolean is its value.
      const value = type === Type.true || type === Type.false ? type === Type.true : this.#value(type);
      struct.set(id, { type, value });
    }
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case Type.true:
      case Type.false:
        return this.#byte() === Type.true;
      case Type.byte:
        return BigInt(this.#byte());
      case Type.i16:
      case Type.i32:
      case Type.i64:
        return this.#integer();
      case Type.double:
        return this.#take(8);
      case Type.binary:
        return this.#take(Number(this.#varint()));
      case Type.list:
      case Type.set:
        return this.#list();
      case Type.struct:
        return this.struct();
      default:
        throw new RangeError(`Parquet's metadata has no Thrift type ${type}.`);
    }
  }

  #list(): ThriftList {
    const header = this.#byte();
    const length = header >> 4 === 15 ? Number(this.#varint()) : header >> 4;
    const elementType = header & 15;
    const values: ThriftValue[] = [];
    for (let index = 0; index < length; index += 1) {
      values.push(this.#value(elementType));
    }
    return { elementType, values };
  }

  #integer(): bigint {
    const varint = this.#varint();
    return (varint >> 1n) ^ -(varint & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
  }

  #byte(): number {
    return this.#take(1)[0] as number;
  }

  #take(length: number): Buffer {
    const taken = this.#bytes.subarray(this.#position, this.#position + length);
    if (taken.length < length) {
      throw new RangeError("Parquet's metadata ends too early.");
    }
    this.#position += length;
    return taken;
  }
}

function writeStruct(struct: ThriftStruct, parts: Buffer[]): void {
  let previous = 0;
  for (const [id, { type, value }] of struct) {
    const delta = id - previous;
    if (delta > 0 && delta <= 15) {
      parts.push(Buffer.of((delta << 4) | type));
    } else {
      parts.push(Buffer.of(type), integer(BigInt(id)));
    }
    if (typeof value !== 'boolean') {
      writeValue(type, value, parts);
    }
    previous = id;
  }
  parts.push(Buffer.of(0));
}

function writeValue(type: number, value: ThriftValue, parts: Buffer[]): void {
  if (typeof value === 'boolean') {
    parts.push(Buffer.of(value ? Type.true : Type.false));
  } else if (typeof value === 'bigint') {
    parts.push(type === Type.byte ? Buffer.of(Number(value)) : integer(value));
  } else if (Buffer.isBuffer(value)) {
    parts.push(...(type === Type.binary ? [varint(BigInt(value.length)), value] : [value]));
  } else if (value instanceof Map) {
    writeStruct(value, parts);
  } else {
    const { elementType, values } = value;
    const isShort = values.length < 15;
    parts.push(Buffer.of(((isShort ? values.length : 15) << 4) | elementType));
    if (!isShort) {
      parts.push(varint(BigInt(values.length)));
    }
    for (const element of values) {
      writeValue(elementType, element, parts);
    }
  }
}

function integer(value: bigint): Buffer {
  return varint(value < 0n ? -2n * value - 1n : 2n * value);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) {
    bytes.push(Number(rest & 127n) | 128);
  }
  return Buffer.from([...bytes, Number(rest)]);
}
