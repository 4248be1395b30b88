import {
  DuckDBDecimalValue,
  type DuckDBResultReader,
  DuckDBTypeId,
  type DuckDBValueConverter,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';

/** Makes a value of an integer or decimal that a JavaScript number may not hold exactly, from its digits. */
export type ExactNumberMaker = (digits: string) => unknown;

/** How numbers are returned that a JavaScript number may not hold exactly. */
export interface NumberMakers {
  /** Those of BIGINT and larger columns. Defaults to their digits as text. */
  readonly integer?: ExactNumberMaker;
  /** Those in a VARIANT. Defaults to a number for an integer that it holds exactly, and otherwise text. */
  readonly inVariant?: ExactNumberMaker;
}

const wideIntegers: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
]);

/** A number if it holds the integer exactly. Otherwise the digits. */
export function exactInteger(digits: string): number | string {
  return /^-?\d+$/.test(digits) && Number.isSafeInteger(Number(digits)) ? Number(digits) : digits;
}

/** The rows of a result in JSON types. */
export function readRows(reader: DuckDBResultReader, makers: NumberMakers): readonly (readonly unknown[])[] {
  return reader.convertRows<unknown>(jsonConverter(makers));
}

/** Converts the values of a result into JSON types. */
export function jsonConverter({
  integer = String,
  inVariant = exactInteger,
}: NumberMakers): DuckDBValueConverter<unknown> {
  const variantConverter: DuckDBValueConverter<unknown> = (value, type, converter) =>
    wideIntegers.has(type.typeId) || value instanceof DuckDBDecimalValue
      ? inVariant(String(value))
      : toJson(value, type, converter);
  return (value, type, converter) => {
    if (value !== null && wideIntegers.has(type.typeId)) {
      return integer(String(value));
    }
    return toJson(value, type, type.typeId === DuckDBTypeId.VARIANT ? variantConverter : converter);
  };
}

const toJson = JsonDuckDBValueConverter as DuckDBValueConverter<unknown>;
