import type { ColumnType, StructField } from '../table/columnType.ts';
import { MAX_DEPTH, parseTypeText, UnsupportedType } from './parseTypeText.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The key in the metadata of a field under which Spark keeps the declared type of a `string`, e.g. `varchar(10)`. */
const DECLARED_TYPE = '__CHAR_VARCHAR_TYPE_STRING';

/**
 * Parses a type of Delta's schema JSON, as in Unity Catalog's `type_json`: a name such as `"long"`, an object such as
 * `{"type":"array","elementType":"string","containsNull":true}`, or a complete field with such a type:
 * `{"name":…,"type":…,"nullable":…}`.
 *
 * @throws {@link UnsupportedType} if a part of the type is not supported, naming the part
 */
export function parseTypeJson(json: unknown): ColumnType {
  return isField(json) ? fieldType(json, 0) : parseType(json, 0);
}

/** Returns whether NULL is allowed, if the JSON is a complete field that says so. */
export function nullableOfTypeJson(json: unknown): boolean | undefined {
  return isField(json) && typeof json['nullable'] === 'boolean' ? json['nullable'] : undefined;
}

/**
 * Returns whether Delta computes the column if a row has no value for it: an identity column or a generated one. Delta
 * marks them in the metadata of the field (`delta.identity.start`, `delta.generationExpression`).
 */
export function isComputed(json: unknown): boolean {
  const metadata = isField(json) ? json['metadata'] : undefined;
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.keys(metadata).some((key) => key.startsWith('delta.identity.') || key === 'delta.generationExpression')
  );
}

function parseType(json: unknown, depth: number): ColumnType {
  if (typeof json === 'string') {
    return parseTypeText(json);
  }
  const type = asObject(json);
  if (depth > MAX_DEPTH) {
    throw unsupported(json);
  }
  switch (type['type']) {
    case 'array':
      return { kind: 'array', element: parseType(type['elementType'], depth + 1) };
    case 'map':
      return {
        kind: 'map',
        key: parseType(type['keyType'], depth + 1),
        value: parseType(type['valueType'], depth + 1),
      };
    case 'struct':
      return { kind: 'struct', fields: structFields(json, type['fields'], depth) };
    default:
      throw unsupported(json);
  }
}

function structFields(json: unknown, fields: unknown, depth: number): StructField[] {
  if (!Array.isArray(fields)) {
    throw unsupported(json);
  }
  return fields.map((each: unknown) => {
    const field = asObject(each);
    if (typeof field['name'] !== 'string') {
      throw unsupported(json);
    }
    return { name: field['name'], type: fieldType(field, depth + 1), isNullable: field['nullable'] !== false };
  });
}

function fieldType(field: JsonObject, depth: number): ColumnType {
  const { [DECLARED_TYPE]: declared } = (field['metadata'] ?? {}) as JsonObject;
  return typeof declared === 'string' ? parseTypeText(declared) : parseType(field['type'], depth);
}

function isField(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && 'name' in json && 'type' in json;
}

function asObject(json: unknown): JsonObject {
  if (typeof json === 'object' && json !== null) {
    return json as JsonObject;
  }
  throw unsupported(json);
}

function unsupported(json: unknown): UnsupportedType {
  let text: string;
  try {
    text = JSON.stringify(json) ?? 'nothing';
  } catch {
    // JSON.parse reads what is nested more deeply than JSON.stringify writes.
    text = 'nested deeper than can be shown';
  }
  return new UnsupportedType(text);
}
