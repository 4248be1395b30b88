import { kindOf } from '../errors/kindOf.ts';
import { TaggedEncoder } from './fieldEncoder.ts';
import { InvalidValue, type Place, shown } from './invalidValue.ts';
import type { RowWriter } from './rowWriter.ts';

/** The range of an integral type of at most 32 bits. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** The ranges of the integral types of at most 32 bits. DATE is days since 1970-01-01, from year 1 to 9999. */
export const integerRanges: Readonly<Record<'tinyint' | 'smallint' | 'int' | 'date', IntegerRange>> = {
  tinyint: { min: -128, max: 127 },
  smallint: { min: -32_768, max: 32_767 },
  int: { min: -2_147_483_648, max: 2_147_483_647 },
  date: { min: -719_162, max: 2_932_896 },
};

const DAY_MS = 86_400_000;
/** The first microsecond of 0001-01-01 and the last of 9999-12-31. */
const MIN_TIMESTAMP = -62_135_596_800_000_000n;
const MAX_TIMESTAMP = 253_402_300_799_999_999n;
const SAFE_MICROSECONDS = BigInt(Number.MAX_SAFE_INTEGER);

/** Encodes TINYINT, SMALLINT and INT. */
export class IntegerEncoder extends TaggedEncoder {
  readonly #label: string;
  readonly #min: number;
  readonly #max: number;

  /** @param label the name of the type, for messages */
  constructor(tag: number, place: Place, label: string, { min, max }: IntegerRange) {
    super(tag, place);
    this.#label = label;
    this.#min = min;
    this.#max = max;
  }

  write(writer: RowWriter, value: unknown): void {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw notInteger(this.place, value);
    }
    if (value < this.#min || value > this.#max) {
      throw outOfRange(this.place, value, `${this.#label}, ${this.#min} to ${this.#max}`);
    }
    writer.writeInteger(this.tag, value);
  }
}

/** Encodes BIGINT. */
export class BigintEncoder extends TaggedEncoder {
  write(writer: RowWriter, value: unknown): void {
    if (typeof value === 'number') {
      writer.writeInteger(this.tag, safeInteger(this.place, value));
    } else if (typeof value !== 'bigint') {
      throw notInteger(this.place, value);
    } else if (!writer.writeBigInteger(this.tag, value)) {
      throw outOfRange(this.place, value, 'BIGINT, which has 64 bits');
    }
  }
}

/** Encodes DATE. */
export class DateEncoder extends TaggedEncoder {
  write(writer: RowWriter, value: unknown): void {
    const days = typeof value === 'number' ? value : Math.floor(timeOf(this.place, value, 'Date or days') / DAY_MS);
    if (!Number.isInteger(days)) {
      throw notInteger(this.place, days);
    }
    if (days < integerRanges.date.min || days > integerRanges.date.max) {
      throw outOfRange(this.place, days, 'DATE, which is days since 1970-01-01 from year 1 to 9999');
    }
    writer.writeInteger(this.tag, days);
  }
}

/** Encodes TIMESTAMP and TIMESTAMP_NTZ. */
export class TimestampEncoder extends TaggedEncoder {
  write(writer: RowWriter, value: unknown): void {
    // Every safe integer of microseconds lies between the years 1684 and 2255.
    if (typeof value === 'number') {
      writer.writeInteger(this.tag, safeInteger(this.place, value));
    } else if (typeof value === 'bigint') {
      this.#writeBigint(writer, value);
    } else {
      this.#writeTime(writer, timeOf(this.place, value, 'Date or microseconds'));
    }
  }

  #writeTime(writer: RowWriter, timeMs: number): void {
    const microseconds = timeMs * 1000;
    if (Number.isSafeInteger(microseconds)) {
      writer.writeInteger(this.tag, microseconds);
    } else {
      this.#writeBigint(writer, BigInt(timeMs) * 1000n);
    }
  }

  #writeBigint(writer: RowWriter, microseconds: bigint): void {
    if (microseconds < MIN_TIMESTAMP || microseconds > MAX_TIMESTAMP) {
      throw outOfRange(this.place, microseconds, 'TIMESTAMP, which is microseconds from year 1 to 9999');
    }
    if (microseconds >= -SAFE_MICROSECONDS && microseconds <= SAFE_MICROSECONDS) {
      writer.writeInteger(this.tag, Number(microseconds));
    } else {
      writer.writeBigInteger(this.tag, microseconds);
    }
  }
}

const { getTime } = Date.prototype;

/**
 * Returns the time of a Date of any realm: the method itself refuses everything else.
 *
 * @param expected names what the column takes, for the error
 */
function timeOf(place: Place, value: unknown, expected: string): number {
  let timeMs: number;
  try {
    timeMs = getTime.call(value as Date);
  } catch {
    throw new InvalidValue(place, `expected ${expected}, got ${kindOf(value)}`);
  }
  if (Number.isNaN(timeMs)) {
    throw new InvalidValue(place, 'expected Date, got an invalid Date');
  }
  return timeMs;
}

function safeInteger(place: Place, value: number): number {
  if (Number.isSafeInteger(value)) {
    return value;
  }
  if (!Number.isInteger(value)) {
    throw notInteger(place, value);
  }
  throw new InvalidValue(place, `${shown(value)} is not exact as a number, use a bigint`);
}

function notInteger(place: Place, value: unknown): InvalidValue {
  return new InvalidValue(place, `expected integer, got ${typeof value === 'number' ? shown(value) : kindOf(value)}`);
}

function outOfRange(place: Place, value: number | bigint, range: string): InvalidValue {
  return new InvalidValue(place, `${shown(value)} is out of the range of ${range}`);
}
