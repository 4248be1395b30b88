import { duckDbType } from '../duckdb/duckDbType.ts';
import { listSql, mapSql, structSql } from '../duckdb/nestedSql.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { VARIANT_FUNCTION_NAME } from '../duckdb/variantFunction.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { FRAME_KEY } from '../wal/frame.ts';

/** Prevents a column from being taken for a table of the same name. No column has a `$` in its name. */
const ROW_ALIAS = '"$row"';

/** DuckDB keeps a DECIMAL of up to this many digits in 64 bits. */
const LONGEST_FAST_DECIMAL = 18;

/** DuckDB's default for the largest JSON object, in bytes. */
const SMALLEST_OBJECT_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * The query that reads the rows of a write-ahead segment. Each value is read exactly as it was accepted.
 *
 * @param path the segment
 * @param columns the columns of the table
 * @param largestRowBytes an upper bound for the longest row line
 * @param presences names of columns for which the query also returns whether the row line has them, even as null, as
 * {@link presenceName}. Defaults to none. The segment is read twice if there are any.
 */
export function rowLineSelect(
  path: string,
  columns: readonly DeltaColumn[],
  largestRowBytes: number,
  presences: readonly string[] = [],
): string {
  const jsonColumns = [`${quoteLiteral(FRAME_KEY)}: 'VARCHAR'`];
  for (const column of columns) {
    jsonColumns.push(`${quoteLiteral(column.name)}: ${quoteLiteral(jsonType(column.type))}`);
  }
  const values = columns.map((column) => {
    const name = quoteIdentifier(column.name);
    return `${valueExpression(column.type, `${ROW_ALIAS}.${name}`, 0)} AS ${name}`;
  });
  const limitBytes = Math.max(SMALLEST_OBJECT_LIMIT_BYTES, largestRowBytes);
  const options = `format = 'newline_delimited', compression = 'uncompressed', maximum_object_size = ${limitBytes}`;
  const presence = presences.length === 0 ? '' : presenceJoin(path, presences, options);
  return (
    `SELECT ${[...values, ...presences.map(presenceName)].join(', ')} FROM read_json(${quoteLiteral(path)}, ` +
    `columns = {${jsonColumns.join(', ')}}, records = 'true', ${options}) AS ${ROW_ALIAS} ${presence}` +
    `WHERE ${quoteIdentifier(FRAME_KEY)} IS NULL`
  );
}

/** The column of {@link rowLineSelect} that tells whether a row line has the column of this name. */
export function presenceName(name: string): string {
  return quoteIdentifier(`$has ${name}`);
}

/** Joins each line with which keys it has. `read_json` itself reads a key that is absent and one that is null alike. */
function presenceJoin(path: string, presences: readonly string[], options: string): string {
  const found = presences.map((name) => {
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return `json_exists("$line", ${quoteLiteral(pointer)}) AS ${presenceName(name)}`;
  });
  return (
    `POSITIONAL JOIN (SELECT ${found.join(', ')} FROM read_json(${quoteLiteral(path)}, columns = {'$line': 'JSON'}, ` +
    `records = 'false', ${options})) `
  );
}

/** The DuckDB type that the JSON form is read as, chosen so that no digit is lost. */
function jsonType(type: DeltaType): string {
  switch (type.kind) {
    case 'date':
      return 'INTEGER';
    case 'timestamp':
    case 'timestamp_ntz':
      return 'BIGINT';
    // A JSON number would go through a double, so a DECIMAL travels as a string.
    case 'decimal':
    case 'binary':
    case 'variant':
      return 'VARCHAR';
    case 'array':
      return `${jsonType(type.element)}[]`;
    case 'map':
      return `MAP(VARCHAR, ${jsonType(type.value)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteIdentifier(field.name)} ${jsonType(field.type)}`).join(', ')})`;
    default:
      return duckDbType(type);
  }
}

/**
 * The expression that converts the JSON form `json` into the column's value. `depth` keeps the names in nested lambdas
 * distinct.
 */
function valueExpression(type: DeltaType, json: string, depth: number): string {
  if (isDirect(type)) {
    return json;
  }
  switch (type.kind) {
    case 'date':
      return `(DATE '1970-01-01' + ${json})`;
    case 'timestamp':
      return `make_timestamptz(${json})`;
    case 'timestamp_ntz':
      return `make_timestamp(${json})`;
    case 'decimal':
      return decimalExpression(type, json);
    case 'varchar':
      // Spark pads a CHAR when it writes. It is not longer, as that is checked before a record is acknowledged.
      return `rpad(${json}, ${type.length}, ' ')`;
    case 'binary':
      return `from_base64(${json})`;
    case 'variant':
      // DuckDB shreds a VARIANT column, which Delta allows only with another table feature. Hence the plain group.
      return `${VARIANT_FUNCTION_NAME}(encode(${json}))`;
    case 'array':
      return listSql(json, depth, (item) => valueExpression(type.element, item, depth + 1));
    case 'map':
      return mapSql(
        json,
        depth,
        (key) => keyOf(type.key, key),
        (value) => valueExpression(type.value, value, depth + 1),
      );
    case 'struct': {
      const fields = type.fields.map((field) => ({
        name: field.name,
        expression: valueExpression(field.type, `${json}.${quoteIdentifier(field.name)}`, depth),
      }));
      return structSql(json, fields);
    }
    default:
      return json;
  }
}

/**
 * Converts the text of a DECIMAL.
 *
 * DuckDB's cast takes 10 to 20 µs a value for a DECIMAL of more than 18 digits, which it keeps in 128 bits, but less
 * than 0.2 µs for an integer with as many digits. So the digits are read as an integer and multiplied by the smallest
 * decimal of the scale, such as 0.001. That multiplies the unscaled value by one and gives it the scale.
 */
function decimalExpression(type: DeltaType & { kind: 'decimal' }, text: string): string {
  const { precision, scale } = type;
  if (precision <= LONGEST_FAST_DECIMAL) {
    return `CAST(${text} AS ${duckDbType(type)})`;
  }
  const digits = `split_part(${text}, '.', 1) || rpad(split_part(${text}, '.', 2), ${scale}, '0')`;
  const unit = scale === 0 ? '1' : `0.${'1'.padStart(scale, '0')}`;
  return (
    `CAST(CAST(CAST(${digits} AS HUGEINT) AS DECIMAL(38, 0)) * CAST('${unit}' AS DECIMAL(${Math.max(1, scale)}, ${scale})) ` +
    `AS ${duckDbType(type)})`
  );
}

/** Converts the key of a JSON object into a map's key. */
function keyOf(type: DeltaType, text: string): string {
  const direct = type.kind === 'string' || type.kind === 'varchar';
  return direct ? text : valueExpression(type, `CAST(${text} AS ${jsonType(type)})`, 0);
}

/** Whether the conversion of `read_json` is already exact at every level. */
function isDirect(type: DeltaType): boolean {
  switch (type.kind) {
    case 'array':
      return isDirect(type.element);
    case 'map':
      return (type.key.kind === 'string' || type.key.kind === 'varchar') && isDirect(type.value);
    case 'struct':
      return type.fields.every((field) => isDirect(field.type));
    default:
      return jsonType(type) === duckDbType(type) && type.kind !== 'variant' && !isChar(type);
  }
}

/** Whether the type is `CHAR(n)`. Only as the key of a map it is not padded, so that two keys do not become one. */
function isChar(type: DeltaType): boolean {
  return type.kind === 'varchar' && type.isChar === true;
}
