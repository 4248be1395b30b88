import type { ColumnType, StructField } from '../table/columnType.ts';
import { parseTypeText, UnsupportedType } from './parseTypeText.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Under this key Spark keeps what a `string` was declared as, such as `varchar(10)`, in the metadata of a field. */
const DECLARED_TYPE = '__CHAR_VARCHAR_TYPE_STRING';

/**
 * Reads a type of Delta's schema JSON, as Unity Catalog's `type_json` has it: a name such as `"long"`, an object such
 * as `{"type":"array","elementType":"string","containsNull":true}`, or a whole field around either:
 * `{"name":…,"type":…,"nullable":…}`.
 *
 * @throws {@link UnsupportedType} naming the part that is not supported
 */
export function parseTypeJson(json: unknown): ColumnType {
  return isField(json) ? fieldType(json) : parseType(json);
}

/** Whether NULL is allowed, where the JSON is a whole field that says so. */
export function nullableOfTypeJson(json: unknown): boolean | undefined {
  return isField(json) && typeof json['nullable'] === 'boolean' ? json['nullable'] : undefined;
}

function parseType(json: unknown): ColumnType {
  if (typeof json === 'string') {
    return parseTypeText(json);
  }
  const type = asObject(json);
  switch (type['type']) {
    case 'array':
      return { kind: 'array', element: parseType(type['elementType']) };
    case 'map':
      return { kind: 'map', key: parseType(type['keyType']), value: parseType(type['valueType']) };
    case 'struct':
      return { kind: 'struct', fields: structFields(json, type['fields']) };
    default:
      throw new UnsupportedType(JSON.stringify(json) ?? 'nothing');
  }
}

function structFields(json: unknown, fields: unknown): StructField[] {
  if (!Array.isArray(fields)) {
    throw new UnsupportedType(JSON.stringify(json));
  }
  return fields.map((each: unknown) => {
    const field = asObject(each);
    if (typeof field['name'] !== 'string') {
      throw new UnsupportedType(JSON.stringify(json));
    }
    return { name: field['name'], type: fieldType(field), isNullable: field['nullable'] !== false };
  });
}

function fieldType(field: JsonObject): ColumnType {
  const { [DECLARED_TYPE]: declared } = (field['metadata'] ?? {}) as JsonObject;
  return typeof declared === 'string' ? parseTypeText(declared) : parseType(field['type']);
}

function isField(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && 'name' in json && 'type' in json;
}

function asObject(json: unknown): JsonObject {
  if (typeof json === 'object' && json !== null) {
    return json as JsonObject;
  }
  throw new UnsupportedType(JSON.stringify(json) ?? 'nothing');
}
