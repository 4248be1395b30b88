import { shorten } from '../errors/shorten.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { fieldNumberProblem } from './column.ts';
import { type ColumnType, type StructField, sqlTypeText, type TableColumn } from './columnType.ts';

/** The maximum number of top-level columns that the service accepts in a protobuf record. */
const MAX_COLUMNS = 2000;
/** The nesting limit of the official generators. */
const MAX_DEPTH = 100;
const MAX_SHOWN_LENGTH = 200;

/**
 * Checks that a table's columns can be written through Zerobus in protobuf: their names, their numbers and the nesting
 * of their types.
 *
 * @param table the full name of the table, for the error
 * @param columns the columns in the order of the table
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if a column cannot be written, naming the first such column
 */
export function checkColumns(table: string, columns: readonly TableColumn[]): void {
  const problem = columnsProblem(columns);
  if (problem !== undefined) {
    throw new ZerobusError('INVALID_SCHEMA', `Invalid table ${table}: ${problem}.`);
  }
}

/** Returns why columns cannot be written, or `undefined` if they can. See {@link checkColumns}. */
export function columnsProblem(columns: readonly TableColumn[]): string | undefined {
  if (columns.length === 0) {
    return 'it has no columns';
  }
  if (columns.length > MAX_COLUMNS) {
    return `it has ${columns.length} columns, but the service accepts at most ${MAX_COLUMNS}`;
  }
  const columnOfNumber = new Map<number, string>();
  for (const { name, fieldNumber } of columns) {
    const problem = fieldNumberProblem(fieldNumber);
    if (problem !== undefined) {
      return `column ${name}: ${problem}`;
    }
    const other = columnOfNumber.get(fieldNumber);
    if (other !== undefined) {
      return `column ${name}: ${other} already has the field number ${fieldNumber}`;
    }
    columnOfNumber.set(fieldNumber, name);
  }
  return fieldsProblem('', columns, 1);
}

function fieldsProblem(place: string, fields: readonly StructField[], depth: number): string | undefined {
  const taken = new Map<string, string>();
  for (const { name, type } of fields) {
    const path = place === '' ? name : `${place}.${name}`;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      const shown = JSON.stringify(shorten(name, MAX_SHOWN_LENGTH));
      const parent = place === '' ? '' : ` of ${place}`;
      return `column ${shown}${parent}: a name must consist of ASCII letters, digits and underscores and must not begin with a digit`;
    }
    const other = taken.get(name.toLowerCase());
    if (other !== undefined) {
      return `column ${path}: the name differs from ${other} only in case`;
    }
    taken.set(name.toLowerCase(), name);
    const problem = typeProblem(path, type, depth);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function typeProblem(path: string, type: ColumnType, depth: number): string | undefined {
  if (depth > MAX_DEPTH) {
    return `column ${path}: types can be nested at most ${MAX_DEPTH} levels deep`;
  }
  switch (type.kind) {
    case 'struct':
      if (type.fields.length === 0) {
        return `column ${path}: a STRUCT needs at least one field`;
      }
      return fieldsProblem(path, type.fields, depth + 1);
    case 'array':
      return contentProblem(path, type, type.element, depth);
    case 'map':
      return keyProblem(path, type.key) ?? contentProblem(path, type, type.value, depth);
    default:
      return undefined;
  }
}

function contentProblem(path: string, type: ColumnType, content: ColumnType, depth: number): string | undefined {
  if (content.kind !== 'array' && content.kind !== 'map') {
    return typeProblem(`${path}[]`, content, depth + 1);
  }
  const shown = shorten(sqlTypeText(type), MAX_SHOWN_LENGTH);
  return `column ${path}: ${shown}: protobuf cannot nest ${content.kind}s in ${type.kind}s. Put the inner ${content.kind} into a STRUCT`;
}

function keyProblem(path: string, key: ColumnType): string | undefined {
  switch (key.kind) {
    case 'float':
    case 'double':
    case 'binary':
    case 'decimal':
    case 'variant':
    case 'array':
    case 'map':
    case 'struct':
      return `column ${path}: a MAP cannot have keys of type ${shorten(sqlTypeText(key), MAX_SHOWN_LENGTH)}. Use integers, strings, booleans, dates or timestamps as keys`;
    default:
      return undefined;
  }
}
