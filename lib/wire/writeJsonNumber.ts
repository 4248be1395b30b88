import type { Scratch } from './scratch.ts';

/** Room for any number as text. */
const MOST_BYTES = 32;

const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const NULL = Buffer.from('null').readInt32LE();

/** The digits of 00 to 99, as two bytes each. */
const pairs = Uint16Array.from({ length: 100 }, (_, n) => Buffer.from(String(n).padStart(2, '0')).readUInt16LE());

/** Large integers are written in two halves, because 32-bit integers divide fast. */
const HALF = 100_000_000;
const HALF_DIGITS = 8;

/** Numbers with up to this many decimal places are written as an integer of their smallest unit. */
const PLACES = 6;
const SCALE = 10 ** PLACES;
/** Below this limit, that integer has at most 15 digits. */
const DECIMALS_BELOW = 1e9;

/**
 * Writes a number as `JSON.stringify` does: the shortest decimal that reads back as the same double, or `null` if the
 * number is not finite.
 *
 * @returns the position behind the number
 */
export function writeJsonNumber(scratch: Scratch, position: number, value: number): number {
  scratch.reserve(MOST_BYTES, position);
  if (Number.isSafeInteger(value)) {
    return writeInteger(scratch, position, value);
  }
  if (value > -DECIMALS_BELOW && value < DECIMALS_BELOW) {
    const units = Math.round(value * SCALE);
    // Two decimals of up to 15 digits never share a double. A decimal that gives the value back is therefore the
    // shortest, except for zeros at its end.
    if (units / SCALE === value) {
      return writeDecimal(scratch, position, units);
    }
  }
  if (Number.isFinite(value)) {
    return position + scratch.buffer.write(`${value}`, position, 'latin1');
  }
  scratch.view.setInt32(position, NULL, true);
  return position + 4;
}

function writeInteger(scratch: Scratch, position: number, value: number): number {
  const start = writeSign(scratch, position, value);
  const rest = Math.abs(value);
  if (rest < HALF) {
    return writeDigits(scratch, start, rest, digitCount(rest));
  }
  const high = Math.floor(rest / HALF);
  const middle = writeDigits(scratch, start, high, digitCount(high));
  return writeDigits(scratch, middle, rest - high * HALF, HALF_DIGITS);
}

function writeDecimal(scratch: Scratch, position: number, units: number): number {
  const start = writeSign(scratch, position, units);
  const rest = Math.abs(units);
  const whole = Math.floor(rest / SCALE);
  const point = writeDigits(scratch, start, whole, digitCount(whole));
  const { buffer } = scratch;
  buffer[point] = POINT;
  let end = writeDigits(scratch, point + 1, rest - whole * SCALE, PLACES);
  while (buffer[end - 1] === ZERO) {
    end--;
  }
  return end;
}

function writeSign({ buffer }: Scratch, position: number, value: number): number {
  if (value >= 0) {
    return position;
  }
  buffer[position] = MINUS;
  return position + 1;
}

/** Writes an integer below 2^31 with a fixed number of digits, padded with zeros. */
function writeDigits({ buffer, view }: Scratch, position: number, value: number, count: number): number {
  const end = position + count;
  let rest = value;
  let at = end;
  for (; at - position >= 2; at -= 2) {
    const above = (rest / 100) | 0;
    view.setUint16(at - 2, pairs[rest - above * 100] as number, true);
    rest = above;
  }
  if (at > position) {
    buffer[position] = ZERO + rest;
  }
  return end;
}

/** The number of digits of an integer below 10^9. */
function digitCount(value: number): number {
  if (value < 10_000) {
    return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4;
  }
  if (value < 1_000_000) {
    return value < 100_000 ? 5 : 6;
  }
  if (value < 100_000_000) {
    return value < 10_000_000 ? 7 : 8;
  }
  return 9;
}
