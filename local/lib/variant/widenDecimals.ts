import { BasicType, PrimitiveType, valueHeader } from './variantType.ts';
import { widthOf, writeUnsigned } from './writeUnsigned.ts';

const DECIMAL16_BYTES = 18;
const STRING_HEADER_BYTES = 5;
const BINARY = 15;

/** The bytes of each primitive type by its number, including the header. Binaries and strings have their own length. */
const primitiveBytes: readonly number[] = [1, 1, 1, 2, 3, 5, 9, 9, 6, 10, 18, 5, 9, 9, 5, 0, 0, 9, 9, 9, 17];

/** The positions of the members of an object or array. */
interface Container {
  readonly basicType: number;
  readonly count: number;
  /** The ids of an object's keys, unchanged, `idWidth` bytes each. */
  readonly ids: Buffer;
  readonly idWidth: number;
  /** The members' positions in the value. */
  readonly members: readonly number[];
}

/**
 * Makes the decimals in a variant readable for DuckDB 1.5. DuckDB takes the number of digits of a 32-bit or 64-bit
 * decimal for its precision, so the text of 0.5 is `.5`, which is not JSON. With 128 bits, the same number has the
 * precision 38 and the text `0.5`.
 *
 * @param value the value of a variant, which may come from any writer
 * @returns the same value with such decimals in 128 bits, or the given bytes if there is no such decimal
 * @throws {RangeError} if the bytes are not a variant, or contain an unknown type
 */
export function widenDecimals(value: Buffer): Buffer {
  return hasNarrowDecimal(value, 0) ? widened(value, 0) : value;
}

function hasNarrowDecimal(value: Buffer, at: number): boolean {
  const basicType = value.readUInt8(at) & 3;
  if (basicType === BasicType.object || basicType === BasicType.array) {
    return containerAt(value, at).members.some((member) => hasNarrowDecimal(value, member));
  }
  return isNarrowDecimal(value, at);
}

function isNarrowDecimal(value: Buffer, at: number): boolean {
  const header = value[at];
  if (header === valueHeader(BasicType.primitive, PrimitiveType.decimal4)) {
    return Math.abs(value.readInt32LE(at + 2)) < 10 ** value.readUInt8(at + 1);
  }
  if (header === valueHeader(BasicType.primitive, PrimitiveType.decimal8)) {
    const [unscaled, limit] = [value.readBigInt64LE(at + 2), 10n ** BigInt(value.readUInt8(at + 1))];
    return unscaled < limit && unscaled > -limit;
  }
  return false;
}

function widened(value: Buffer, at: number): Buffer {
  const basicType = value.readUInt8(at) & 3;
  if (basicType === BasicType.object || basicType === BasicType.array) {
    return widenedContainer(value, containerAt(value, at));
  }
  if (!isNarrowDecimal(value, at)) {
    return value.subarray(at, at + scalarBytes(value, at));
  }
  const isShort = value[at] === valueHeader(BasicType.primitive, PrimitiveType.decimal4);
  const unscaled = isShort ? BigInt(value.readInt32LE(at + 2)) : value.readBigInt64LE(at + 2);
  const decimal = Buffer.allocUnsafe(DECIMAL16_BYTES);
  writeUnsigned(decimal, valueHeader(BasicType.primitive, PrimitiveType.decimal16), 0, 1);
  writeUnsigned(decimal, value.readUInt8(at + 1), 1, 1);
  decimal.writeBigInt64LE(unscaled, 2);
  decimal.writeBigInt64LE(unscaled < 0n ? -1n : 0n, 10);
  return decimal;
}

function widenedContainer(value: Buffer, { basicType, count, ids, idWidth, members }: Container): Buffer {
  const parts = members.map((member) => widened(value, member));
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const width = widthOf(bytes);
  const isLarge = count > 0xff ? 1 : 0;
  const bits =
    basicType === BasicType.object ? (isLarge << 4) | ((idWidth - 1) << 2) | (width - 1) : (isLarge << 2) | (width - 1);
  const start = Buffer.allocUnsafe(1 + 4 + (count + 1) * width);
  let at = writeUnsigned(start, valueHeader(basicType, bits), 0, 1);
  at = writeUnsigned(start, count, at, isLarge === 1 ? 4 : 1);
  const offsets = at;
  let offset = 0;
  for (const part of parts) {
    at = writeUnsigned(start, offset, at, width);
    offset += part.length;
  }
  at = writeUnsigned(start, bytes, at, width);
  return Buffer.concat([start.subarray(0, offsets), ids, start.subarray(offsets, at), ...parts]);
}

function containerAt(value: Buffer, position: number): Container {
  const header = value.readUInt8(position);
  const basicType = header & 3;
  const bits = header >> 2;
  const isObject = basicType === BasicType.object;
  const offsetWidth = (bits & 3) + 1;
  const idWidth = isObject ? ((bits >> 2) & 3) + 1 : 0;
  const countWidth = (isObject ? (bits >> 4) & 1 : (bits >> 2) & 1) === 1 ? 4 : 1;
  const count = value.readUIntLE(position + 1, countWidth);
  const idStart = position + 1 + countWidth;
  const offsetStart = idStart + count * idWidth;
  const dataStart = offsetStart + (count + 1) * offsetWidth;
  if (dataStart > value.length) {
    throw new RangeError(`The variant ends within an object or array of ${count} members.`);
  }
  const members = Array.from(
    { length: count },
    (_, index) => dataStart + value.readUIntLE(offsetStart + index * offsetWidth, offsetWidth),
  );
  return { basicType, count, ids: value.subarray(idStart, offsetStart), idWidth, members };
}

function scalarBytes(value: Buffer, at: number): number {
  const header = value.readUInt8(at);
  const bits = header >> 2;
  if ((header & 3) === BasicType.shortString) {
    return 1 + bits;
  }
  if (bits === PrimitiveType.string || bits === BINARY) {
    return STRING_HEADER_BYTES + value.readUInt32LE(at + 1);
  }
  const bytes = primitiveBytes[bits];
  if (bytes === undefined) {
    throw new RangeError(`The variant has a value of the unknown type ${bits}.`);
  }
  return bytes;
}
