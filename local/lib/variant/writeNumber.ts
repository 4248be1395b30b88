import { Byte } from '../records/byte.ts';
import { BasicType, PrimitiveType, valueHeader } from './variantType.ts';
import { writeUnsigned } from './writeUnsigned.ts';

/** The most bytes that a number takes: a header, a scale and 16 bytes. */
export const LARGEST_NUMBER_BYTES = 18;

/** Any integer with this many digits is exact as a double. */
const SAFE_DIGITS = 15;
const MAX_DECIMAL_DIGITS = 38;

/**
 * Writes a JSON number like Spark's `parse_json`:
 *
 * - an integer of up to 64 bits as the smallest integer type that holds it;
 * - a larger integer, or a number with a fraction, as a decimal with all of its digits, including trailing zeros, if it
 *   has at most 38 digits and at most 38 after the point;
 * - any other number, and any number with an exponent, as the nearest double.
 *
 * @param text contains a number in JSON's grammar from `start` to `end`. The number must be finite as a double.
 * @param target must have room for `LARGEST_NUMBER_BYTES` at `at`
 * @returns the position after the number
 */
export function writeNumber(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const isNegative = text[start] === Byte.minus;
  let point = end;
  // Leading zeros don't count: 0.05 has one digit and the scale 2.
  let digits = 0;
  let unscaled = 0;
  for (let position = isNegative ? start + 1 : start; position < end; position++) {
    const byte = text[position] as number;
    if (byte === Byte.dot) {
      point = position;
    } else if (byte === Byte.upperE || byte === Byte.lowerE) {
      return writeDouble(text.toString('latin1', start, end), target, at);
    } else if (digits > 0 || byte !== Byte.zero) {
      digits++;
      unscaled = unscaled * 10 + byte - Byte.zero;
    }
  }
  const scale = Math.max(0, end - point - 1);
  if (digits <= SAFE_DIGITS && scale <= SAFE_DIGITS) {
    const value = isNegative ? -unscaled : unscaled;
    return point === end ? writeInteger(value, target, at) : writeSmallDecimal(value, digits, scale, target, at);
  }
  const token = text.toString('latin1', start, end);
  if (digits > MAX_DECIMAL_DIGITS || scale > MAX_DECIMAL_DIGITS) {
    return writeDouble(token, target, at);
  }
  const value = BigInt(token.replace('.', ''));
  if (point === end && BigInt.asIntN(64, value) === value) {
    return target.writeBigInt64LE(value, writeType(PrimitiveType.int64, target, at));
  }
  if (Math.max(digits, scale) <= 18) {
    return target.writeBigInt64LE(value, writeScale(PrimitiveType.decimal8, scale, target, at));
  }
  const low = BigInt.asUintN(64, value);
  const middle = target.writeBigUInt64LE(low, writeScale(PrimitiveType.decimal16, scale, target, at));
  return target.writeBigInt64LE(value >> 64n, middle);
}

function writeInteger(value: number, target: Buffer, at: number): number {
  if (value >= -0x80 && value <= 0x7f) {
    return writeUnsigned(target, value, writeType(PrimitiveType.int8, target, at), 1);
  }
  if (value >= -0x8000 && value <= 0x7fff) {
    return writeUnsigned(target, value, writeType(PrimitiveType.int16, target, at), 2);
  }
  if (value >= -0x80000000 && value <= 0x7fffffff) {
    return writeUnsigned(target, value, writeType(PrimitiveType.int32, target, at), 4);
  }
  return writeSafeInt64(value, target, writeType(PrimitiveType.int64, target, at));
}

function writeSmallDecimal(unscaled: number, digits: number, scale: number, target: Buffer, at: number): number {
  if (Math.max(digits, scale) <= 9) {
    return writeUnsigned(target, unscaled, writeScale(PrimitiveType.decimal4, scale, target, at), 4);
  }
  return writeSafeInt64(unscaled, target, writeScale(PrimitiveType.decimal8, scale, target, at));
}

/** Writes an integer that is exact as a double, in 64 bits. */
function writeSafeInt64(value: number, target: Buffer, at: number): number {
  return writeUnsigned(target, Math.floor(value / 2 ** 32), writeUnsigned(target, value, at, 4), 4);
}

function writeDouble(token: string, target: Buffer, at: number): number {
  return target.writeDoubleLE(Number(token), writeType(PrimitiveType.double, target, at));
}

function writeScale(type: number, scale: number, target: Buffer, at: number): number {
  return writeUnsigned(target, scale, writeType(type, target, at), 1);
}

function writeType(type: number, target: Buffer, at: number): number {
  return writeUnsigned(target, valueHeader(BasicType.primitive, type), at, 1);
}
