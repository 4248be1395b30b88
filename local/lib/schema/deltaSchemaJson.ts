import type { DeltaColumn, DeltaType } from './deltaType.ts';
import { exactJson } from './exactJson.ts';
import { sqlTypeText } from './sqlTypeText.ts';

/** The metadata key of a column's declared `varchar(n)`. Its Delta type is `string`. */
export const VARCHAR_METADATA_KEY = '__CHAR_VARCHAR_TYPE_STRING';

/** The metadata key of a column's `DEFAULT`. */
export const DEFAULT_METADATA_KEY = 'CURRENT_DEFAULT';

/** The metadata key of the expression of a column that is `GENERATED ALWAYS AS (…)`. */
export const GENERATED_METADATA_KEY = 'delta.generationExpression';

/** The metadata key of a column's tags. Delta has no place for them. */
export const TAGS_METADATA_KEY = 'zerobus-local.tags';

/** The columns as the Delta protocol's schema JSON, the text of `metaData.schemaString`. */
export function deltaSchemaJson(columns: readonly DeltaColumn[]): string {
  return exactJson(structJson(columns));
}

/** One column as a field of the Delta protocol's schema JSON. Unity Catalog calls the text `type_json`. */
export function deltaFieldJson(column: DeltaColumn): string {
  return exactJson(fieldJson(column));
}

/** A type as the Delta protocol's schema JSON. */
export type SchemaJson = string | Readonly<Record<string, unknown>>;

/** One type as the Delta protocol's schema JSON. */
export function deltaTypeJson(type: DeltaType): SchemaJson {
  switch (type.kind) {
    case 'varchar':
      return 'string';
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'array':
      return { type: 'array', elementType: deltaTypeJson(type.element), containsNull: type.containsNull };
    case 'map':
      return {
        type: 'map',
        keyType: deltaTypeJson(type.key),
        valueType: deltaTypeJson(type.value),
        valueContainsNull: type.valueContainsNull,
      };
    case 'struct':
      return structJson(type.fields);
    default:
      return type.kind;
  }
}

function structJson(fields: readonly DeltaColumn[]): SchemaJson {
  return { type: 'struct', fields: fields.map(fieldJson) };
}

function fieldJson(field: DeltaColumn): SchemaJson {
  return {
    name: field.name,
    type: deltaTypeJson(field.type),
    nullable: field.nullable,
    metadata: fieldMetadata(field),
  };
}

function fieldMetadata(field: DeltaColumn): Readonly<Record<string, unknown>> {
  const { identity } = field;
  return {
    ...(field.comment === undefined ? {} : { comment: field.comment }),
    ...(field.tags === undefined ? {} : { [TAGS_METADATA_KEY]: field.tags }),
    ...(containsVarchar(field.type) ? { [VARCHAR_METADATA_KEY]: sqlTypeText(field.type) } : {}),
    ...(field.default === undefined ? {} : { [DEFAULT_METADATA_KEY]: field.default }),
    ...(field.generated === undefined ? {} : { [GENERATED_METADATA_KEY]: field.generated }),
    ...(identity === undefined
      ? {}
      : {
          'delta.identity.start': identity.start,
          'delta.identity.step': identity.step,
          ...(identity.highWaterMark === undefined ? {} : { 'delta.identity.highWaterMark': identity.highWaterMark }),
          'delta.identity.allowExplicitInsert': identity.allowExplicitInsert,
        }),
  };
}

/** Whether the type contains a `varchar(n)`. */
function containsVarchar(type: DeltaType): boolean {
  switch (type.kind) {
    case 'varchar':
      return true;
    case 'array':
      return containsVarchar(type.element);
    case 'map':
      return containsVarchar(type.key) || containsVarchar(type.value);
    case 'struct':
      return type.fields.some((field) => containsVarchar(field.type));
    default:
      return false;
  }
}
