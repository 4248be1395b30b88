import { Brand } from '../errors/brand.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { ColumnType } from './columnType.ts';

/**
 * Where a type may stand: anywhere, also as the key of a map; anywhere but there; or not inside of an array or a map.
 */
export type ColumnShape = 'key' | 'value' | 'collection';

const brand = new Brand('Column');

/**
 * A column as a builder such as `string()` makes it: nullable, until {@link Column.notNull} says otherwise. It cannot
 * be changed: each method returns another one, so that a column can be used in several tables.
 *
 * @typeParam Value what a row holds for it
 * @typeParam IsNullable whether it may be left out
 * @typeParam Shape where it may stand inside of other types
 */
export class Column<out Value, IsNullable extends boolean = boolean, out Shape extends ColumnShape = ColumnShape> {
  /** For the compiler alone: what a row holds; never there at run time. */
  declare readonly '~value': Value;
  /** For the compiler alone: where it may stand; never there at run time. */
  declare readonly '~shape': Shape;
  /** The Delta type. */
  readonly type: ColumnType;
  /** Whether it may be NULL. */
  readonly isNullable: IsNullable;
  /** The number in the protobuf message where it is not the position in the table; see {@link Column.numbered}. */
  readonly fieldNumber: number | undefined;

  constructor(type: ColumnType, isNullable: IsNullable, fieldNumber?: number) {
    this.type = type;
    this.isNullable = isNullable;
    this.fieldNumber = fieldNumber;
    brand.mark(this);
  }

  /** Recognizes columns of another copy of this package too. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }

  /**
   * The same column as `NOT NULL`: a row without it is refused. Of an array's elements and a map's values, which are
   * never NULL in protobuf, it says nothing new.
   */
  notNull(): Column<Value, false, Shape> {
    return new Column(this.type, false, this.fieldNumber);
  }

  /**
   * The same column under a protobuf field number of its own, for tables whose positions in Unity Catalog have gaps.
   * Generated definitions use it; columns without one are numbered by their position, from 1.
   *
   * @param fieldNumber from 1 to 536,870,911, without 19,000 to 19,999, which protobuf keeps for itself
   * @throws {@link ZerobusError} `INVALID_SCHEMA`
   */
  numbered(fieldNumber: number): Column<Value, IsNullable, Shape> {
    const problem = fieldNumberProblem(fieldNumber);
    if (problem !== undefined) {
      throw new ZerobusError('INVALID_SCHEMA', problem);
    }
    return new Column(this.type, this.isNullable, fieldNumber);
  }
}

const MAX_FIELD_NUMBER = 536_870_911;

/** What is wrong with a protobuf field number, if anything is. */
export function fieldNumberProblem(fieldNumber: number): string | undefined {
  if (!Number.isInteger(fieldNumber) || fieldNumber < 1 || fieldNumber > MAX_FIELD_NUMBER) {
    return `a protobuf field number is an integer from 1 to ${MAX_FIELD_NUMBER}, got ${String(fieldNumber)}`;
  }
  if (fieldNumber >= 19_000 && fieldNumber <= 19_999) {
    return `protobuf keeps the field numbers 19000 to 19999 for itself, got ${fieldNumber}`;
  }
  return undefined;
}
