import { shorten } from '../errors/shorten.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { columnsProblem } from '../table/checkColumns.ts';
import type { ColumnType, TableColumn } from '../table/columnType.ts';
import type { UntypedRow } from '../table/rowOf.ts';
import { TableDefinition } from '../table/tableDefinition.ts';
import { isComputed, nullableOfTypeJson, parseTypeJson } from './parseTypeJson.ts';
import { parseTypeText, UnsupportedType } from './parseTypeText.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const MAX_SHOWN_LENGTH = 500;

/** Options of {@link definitionFromCatalog}. */
export interface DefinitionFromCatalogOptions {
  /** The name of the protobuf message. Defaults to schema and table in PascalCase. */
  readonly messageName?: string | undefined;
  /** The names of the columns to take. Defaults to every column that can be written. */
  readonly columns?: readonly string[] | undefined;
}

/** A column, and why it cannot be written, if so. */
interface CatalogColumn {
  readonly name: string;
  readonly isNullable: boolean;
  /** The column, or the reason why there is none. */
  readonly column: TableColumn | string;
}

/** The types of what Unity Catalog lists among the tables and no row can be written into. */
const unwritableTypes: readonly unknown[] = ['VIEW', 'MATERIALIZED_VIEW', 'METRIC_VIEW', 'STREAMING_TABLE'];

/**
 * Creates a table definition from the answer of Unity Catalog to `GET /api/2.1/unity-catalog/tables/{full name}`, by
 * the rules of the official schema generators. The number of a field is the position of its column plus one, so gaps
 * remain. Columns at negative positions are omitted. Columns are nullable unless the answer says otherwise, or Delta
 * computes them. A nullable column that cannot be written is omitted with a process warning.
 *
 * @param name `catalog.schema.table`
 * @param answer the parsed body
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if it is a view, or if a column that a row needs or that is asked for
 * cannot be written through Zerobus, naming the column; `INVALID_OPTIONS` if a column is asked for that does not exist,
 * or one that a row needs is not
 */
export function definitionFromCatalog(
  name: string,
  answer: JsonObject,
  { messageName, columns: chosen }: DefinitionFromCatalogOptions = {},
): TableDefinition<UntypedRow> {
  const { columns: given, table_type: type } = answer;
  if (unwritableTypes.includes(type)) {
    throw invalid(name, `it is a ${String(type).replaceAll('_', ' ')}, and rows can be written into tables only`);
  }
  if (!Array.isArray(given)) {
    throw invalid(name, 'the answer of Unity Catalog has no columns');
  }
  const found = placed(name, given)
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position)
    .map(({ column, position }) => catalogColumn(column, position));
  const taken = chosen === undefined ? found : choose(name, found, chosen);
  const omitted: string[] = [];
  const columns = taken.flatMap(({ isNullable, column }) => {
    if (typeof column !== 'string') {
      return [column];
    }
    if (!isNullable || chosen !== undefined) {
      throw invalid(name, column);
    }
    omitted.push(column);
    return [];
  });
  const [reason] = omitted;
  if (columns.length === 0 && reason !== undefined) {
    throw invalid(name, `none of its columns can be written: ${reason}`);
  }
  const definition = new TableDefinition<UntypedRow>({ name, columns, messageName });
  for (const problem of omitted) {
    process.emitWarning(`The definition of ${name} omits a column, which is NULL in the rows written: ${problem}.`, {
      type: 'ZerobusWarning',
      code: 'COLUMN_OMITTED',
    });
  }
  return definition;
}

/** Returns the columns with their positions, which are those of the list if the catalog gives none or only zeros. */
function placed(
  table: string,
  given: readonly unknown[],
): readonly { readonly column: JsonObject & { readonly name: string }; readonly position: number }[] {
  const columns = given.map((each) => (typeof each === 'object' && each !== null ? each : {}) as JsonObject);
  const hasPositions = columns.some(({ position = null }) => position !== null && position !== 0);
  return columns.map((column, index) => {
    const { name } = column;
    if (typeof name !== 'string') {
      throw invalid(table, `the column at position ${index} has no name`);
    }
    const position = hasPositions ? (column['position'] ?? index) : index;
    if (typeof position !== 'number') {
      throw invalid(table, `column ${name}: its position is not a number`);
    }
    return { column: { ...column, name }, position };
  });
}

function catalogColumn(given: JsonObject & { readonly name: string }, position: number): CatalogColumn {
  const { name } = given;
  const json = parseJson(given['type_json']);
  const nullable = given['nullable'] ?? nullableOfTypeJson(json);
  const isNullable = nullable !== false || isComputed(json);
  try {
    const column: TableColumn = { name, type: columnType(given, json), isNullable, fieldNumber: position + 1 };
    return { name, isNullable, column: columnsProblem([column]) ?? column };
  } catch (error) {
    if (!(error instanceof UnsupportedType)) {
      throw error;
    }
    const problem = `column ${name}: the type ${error.message} cannot be written through Zerobus in protobuf`;
    return { name, isNullable, column: problem };
  }
}

/** Returns the columns that were asked for. Names match in any case, as in SQL. */
function choose(table: string, found: readonly CatalogColumn[], chosen: readonly string[]): readonly CatalogColumn[] {
  const wanted = new Set(chosen.map((name) => name.toLowerCase()));
  const names = found.map(({ name }) => name.toLowerCase());
  const unknown = chosen.filter((name) => !names.includes(name.toLowerCase()));
  if (unknown.length > 0) {
    const all = shorten(found.map(({ name }) => name).join(', '), MAX_SHOWN_LENGTH);
    throw new ZerobusError('INVALID_OPTIONS', `${table} has no column ${unknown.join(', ')}. Its columns are ${all}.`);
  }
  const missing = found.filter(({ name, isNullable }) => !isNullable && !wanted.has(name.toLowerCase()));
  if (missing.length > 0) {
    const list = missing.map(({ name }) => name).join(', ');
    throw new ZerobusError('INVALID_OPTIONS', `columns must include ${list}, since NULL is not allowed there.`);
  }
  return found.filter(({ name }) => wanted.has(name.toLowerCase()));
}

/**
 * Reads the type of a column. `type_json` is the most precise form of STRUCTs, `type_text` has the lengths of texts,
 * and `type_name` is the fallback if both are missing.
 *
 * @throws {@link UnsupportedType} if the type is not supported
 */
function columnType(column: JsonObject, json: unknown): ColumnType {
  const { type_text: text, type_name: name } = column;
  const hasText = typeof text === 'string' && text !== '';
  if (json !== undefined) {
    const type = parseTypeJson(json);
    return hasText ? withLengths(type, parseIfSupported(text)) : type;
  }
  if (hasText) {
    return parseTypeText(text);
  }
  if (typeof name !== 'string') {
    throw new UnsupportedType('without a name');
  }
  const { type_precision: precision, type_scale: scale } = column;
  return parseTypeText(
    name === 'DECIMAL' && typeof precision === 'number' ? `decimal(${precision},${scaleText(scale)})` : name,
  );
}

/** Returns a scale as it is written in a type. What is no number is no type either. */
function scaleText(scale: unknown = 0): string {
  return typeof scale === 'number' || typeof scale === 'string' ? `${scale}` : scale === null ? '0' : 'unknown';
}

/** Adds the lengths of texts. Delta has no `varchar(n)`: its JSON says `string`, only the text has the length. */
function withLengths(type: ColumnType, said: ColumnType | undefined): ColumnType {
  if (said === undefined) {
    return type;
  }
  if (type.kind === 'string' && said.kind === 'varchar') {
    return said;
  }
  if (type.kind === 'array' && said.kind === 'array') {
    return { kind: 'array', element: withLengths(type.element, said.element) };
  }
  if (type.kind === 'map' && said.kind === 'map') {
    return { kind: 'map', key: withLengths(type.key, said.key), value: withLengths(type.value, said.value) };
  }
  if (type.kind !== 'struct' || said.kind !== 'struct') {
    return type;
  }
  const fields = type.fields.map((field, index) => {
    return { ...field, type: withLengths(field.type, said.fields[index]?.type) };
  });
  return { kind: 'struct', fields };
}

/**
 * Parses a type, or returns undefined if it is not supported: the JSON is then enough. Only CHAR(n) is refused,
 * although its JSON says `string`.
 */
function parseIfSupported(text: string): ColumnType | undefined {
  try {
    return parseTypeText(text);
  } catch (error) {
    if (error instanceof UnsupportedType && !/\bchar\b/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

function parseJson(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    // Some catalogs write the bare name of a type without quotes.
    return undefined;
  }
}

function invalid(table: string, problem: string): ZerobusError {
  return new ZerobusError('INVALID_SCHEMA', `Invalid table ${table}: ${problem}.`);
}
