import { Brand } from '../errors/brand.ts';
import { textOf } from '../errors/textOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { ColumnType } from './columnType.ts';

/**
 * The positions a type is allowed in: `key` anywhere, map keys included; `value` anywhere except as a map key;
 * `collection` neither in an array nor in a map.
 */
export type ColumnShape = 'key' | 'value' | 'collection';

const brand = new Brand('Column');

/**
 * A column, as builders such as `string()` create it. It is nullable until {@link Column.notNull} is called. Columns
 * are immutable: every method returns a new column, so one column can be used in several tables.
 *
 * @typeParam Value the type of the value in a row
 * @typeParam IsNullable whether rows may omit the value
 * @typeParam Shape the positions that the type is allowed in
 */
export class Column<out Value, IsNullable extends boolean = boolean, out Shape extends ColumnShape = ColumnShape> {
  /** The type of the value in a row. For the compiler only; absent at run time. */
  declare readonly '~value': Value;
  /** The positions that the type is allowed in. For the compiler only; absent at run time. */
  declare readonly '~shape': Shape;
  /** The Delta type. */
  readonly type: ColumnType;
  /** Whether the value may be NULL. */
  readonly isNullable: IsNullable;
  /** The number in the protobuf message if it is not the position in the table; see {@link Column.numbered}. */
  readonly fieldNumber: number | undefined;

  constructor(type: ColumnType, isNullable: IsNullable, fieldNumber?: number) {
    this.type = type;
    this.isNullable = isNullable;
    this.fieldNumber = fieldNumber;
    brand.mark(this);
  }

  /** Also recognizes columns of another copy of this package. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }

  /**
   * Returns the same column as `NOT NULL`: rows without a value are refused. It makes no difference to the elements of
   * an array and the values of a map, which are never NULL in protobuf.
   */
  notNull(): Column<Value, false, Shape> {
    return new Column(this.type, false, this.fieldNumber);
  }

  /**
   * Returns the same column with a protobuf field number of its own. Generated definitions use it if the positions in
   * Unity Catalog have gaps. Other columns are numbered by position, from 1.
   *
   * @param fieldNumber from 1 to 536,870,911, except 19,000 to 19,999, which protobuf reserves
   * @throws {@link ZerobusError} `INVALID_SCHEMA` if the number is out of range or reserved
   */
  numbered(fieldNumber: number): Column<Value, IsNullable, Shape> {
    const problem = fieldNumberProblem(fieldNumber);
    if (problem !== undefined) {
      throw invalidColumn(problem);
    }
    return new Column(this.type, this.isNullable, fieldNumber);
  }
}

const MAX_FIELD_NUMBER = 536_870_911;

/** Says what is wrong with a protobuf field number, or returns undefined if it is valid. */
export function fieldNumberProblem(fieldNumber: number): string | undefined {
  if (!Number.isInteger(fieldNumber) || fieldNumber < 1 || fieldNumber > MAX_FIELD_NUMBER) {
    return `a protobuf field number must be an integer from 1 to ${MAX_FIELD_NUMBER}, got ${textOf(fieldNumber)}`;
  }
  if (fieldNumber >= 19_000 && fieldNumber <= 19_999) {
    return `protobuf reserves the field numbers 19000 to 19999, got ${fieldNumber}`;
  }
  return undefined;
}

/**
 * Returns the type of a column and refuses any other value. JavaScript can pass anything, and rxjs exports functions
 * with the names of builders.
 *
 * @param what names the argument in the error
 */
export function columnTypeOf(what: string, column: Column<unknown>): ColumnType {
  if (column instanceof Column) {
    return column.type;
  }
  const hint =
    typeof column === 'function'
      ? ' (is the call missing, or is it a function of that name from another package, such as map of rxjs?)'
      : '';
  throw invalidColumn(
    `${what} must be a column such as string(), got ${column === null ? 'null' : typeof column}${hint}`,
  );
}

/** Creates the error for an invalid column. */
export function invalidColumn(problem: string): ZerobusError {
  return new ZerobusError('INVALID_SCHEMA', `Invalid column: ${problem}.`);
}
