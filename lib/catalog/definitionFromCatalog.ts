import { ZerobusError } from '../errors/zerobusError.ts';
import type { ColumnType, StructField, TableColumn } from '../table/columnType.ts';
import type { UntypedRow } from '../table/rowOf.ts';
import { TableDefinition } from '../table/tableDefinition.ts';
import { nullableOfTypeJson, parseTypeJson } from './parseTypeJson.ts';
import { parseTypeText, UnsupportedType } from './parseTypeText.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A column and its position in the table. */
interface PlacedColumn extends StructField {
  readonly position: number;
}

/**
 * Creates a table definition from the answer of Unity Catalog to `GET /api/2.1/unity-catalog/tables/{full name}`, by
 * the rules of the official schema generators. The number of a field is the position of its column plus one, so gaps
 * remain. Columns at negative positions are omitted. Columns are nullable unless the answer says otherwise.
 *
 * @param name `catalog.schema.table`
 * @param answer the parsed body
 * @param messageName the name of the protobuf message. Defaults to schema and table in PascalCase.
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if a column cannot be written through Zerobus, naming the column
 */
export function definitionFromCatalog(
  name: string,
  answer: JsonObject,
  messageName?: string | undefined,
): TableDefinition<UntypedRow> {
  const { columns: given } = answer;
  if (!Array.isArray(given)) {
    throw invalid(name, 'the answer of Unity Catalog has no columns');
  }
  const placed = given.map((column: unknown, index) => placedColumn(name, column, index));
  const columns = placed
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position)
    .map(({ name: columnName, type, isNullable, position }): TableColumn => {
      return { name: columnName, type, isNullable, fieldNumber: position + 1 };
    });
  return new TableDefinition({ name, columns, messageName });
}

function placedColumn(table: string, given: unknown, index: number): PlacedColumn {
  const column = (typeof given === 'object' && given !== null ? given : {}) as JsonObject;
  const { name, position = index } = column;
  if (typeof name !== 'string') {
    throw invalid(table, `the column at position ${index} has no name`);
  }
  if (typeof position !== 'number') {
    throw invalid(table, `column ${name}: its position is not a number`);
  }
  const json = parseJson(column['type_json']);
  const nullable = column['nullable'] ?? nullableOfTypeJson(json);
  try {
    return { name, position, type: columnType(column, json), isNullable: nullable !== false };
  } catch (error) {
    if (!(error instanceof UnsupportedType)) {
      throw error;
    }
    throw invalid(table, `column ${name}: the type ${error.message} cannot be written through Zerobus in protobuf`);
  }
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
    name === 'DECIMAL' && typeof precision === 'number' ? `decimal(${precision},${Number(scale ?? 0)})` : name,
  );
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
