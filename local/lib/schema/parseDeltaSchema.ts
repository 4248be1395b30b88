import { TableDefinitionError } from '../errors.ts';
import { collectionDepthProblem } from './collectionDepthProblem.ts';
import {
  DEFAULT_METADATA_KEY,
  GENERATED_METADATA_KEY,
  TAGS_METADATA_KEY,
  VARCHAR_METADATA_KEY,
} from './deltaSchemaJson.ts';
import type { DeltaColumn, DeltaType, IdentityColumn } from './deltaType.ts';
import { parseExactJson } from './exactJson.ts';
import { parseColumnType } from './parseColumnType.ts';
import { isPrimitiveName } from './primitiveTypes.ts';

interface FieldJson {
  readonly name: string;
  readonly type: unknown;
  readonly nullable: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

interface NestedJson {
  readonly type?: string;
  readonly fields?: readonly FieldJson[];
  readonly elementType?: unknown;
  readonly containsNull?: boolean;
  readonly keyType?: unknown;
  readonly valueType?: unknown;
  readonly valueContainsNull?: boolean;
}

/**
 * Reads the Delta protocol's schema JSON. It is the inverse of `deltaSchemaJson`.
 *
 * @throws {@link TableDefinitionError} if a type is unknown; the message names the column, as part of a sentence
 */
export function parseDeltaSchema(schemaString: string): readonly DeltaColumn[] {
  const type = parseType(parseExactJson(schemaString));
  if (type.kind !== 'struct') {
    throw new TableDefinitionError(`A Delta schema must be a struct, not ${type.kind}.`);
  }
  return type.fields;
}

function parseType(json: unknown): DeltaType {
  if (typeof json === 'string') {
    return parsePrimitive(json);
  }
  const nested = json as NestedJson;
  switch (nested.type) {
    case 'struct':
      return { kind: 'struct', fields: (nested.fields ?? []).map(parseField) };
    case 'array':
      return { kind: 'array', element: parseType(nested.elementType), containsNull: nested.containsNull ?? true };
    case 'map':
      return {
        kind: 'map',
        key: parseType(nested.keyType),
        value: parseType(nested.valueType),
        valueContainsNull: nested.valueContainsNull ?? true,
      };
    default:
      throw new TableDefinitionError(`unknown type in a Delta schema: ${JSON.stringify(json)}`);
  }
}

function parsePrimitive(name: string): DeltaType {
  const decimal = /^decimal\((\d+),\s*(-?\d+)\)$/.exec(name);
  if (decimal !== null) {
    return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  if (!isPrimitiveName(name)) {
    throw new TableDefinitionError(`unknown type in a Delta schema: ${JSON.stringify(name)}`);
  }
  return { kind: name };
}

function parseField(json: FieldJson): DeltaColumn {
  const { metadata = {} } = json;
  const text = (key: string) => (typeof metadata[key] === 'string' ? metadata[key] : undefined);
  const [comment, initial, generated] = ['comment', DEFAULT_METADATA_KEY, GENERATED_METADATA_KEY].map(text);
  const identity = parseIdentity(metadata);
  const tags = metadata[TAGS_METADATA_KEY] as DeltaColumn['tags'];
  return {
    name: json.name,
    type: parseFieldType(json),
    nullable: json.nullable,
    ...(comment === undefined ? {} : { comment }),
    ...(initial === undefined ? {} : { default: initial }),
    ...(generated === undefined ? {} : { generated }),
    ...(identity === undefined ? {} : { identity }),
    ...(tags === undefined ? {} : { tags }),
  };
}

function parseIdentity(metadata: Readonly<Record<string, unknown>>): IdentityColumn | undefined {
  const number = (name: string) => {
    const value = metadata[`delta.identity.${name}`];
    return typeof value === 'bigint' ? value : undefined;
  };
  const [start, step, highWaterMark] = ['start', 'step', 'highWaterMark'].map(number);
  return start === undefined || step === undefined
    ? undefined
    : {
        start,
        step,
        allowExplicitInsert: metadata['delta.identity.allowExplicitInsert'] === true,
        ...(highWaterMark === undefined ? {} : { highWaterMark }),
      };
}

function parseFieldType(json: FieldJson): DeltaType {
  const declared = json.metadata?.[VARCHAR_METADATA_KEY];
  try {
    const type = parseType(json.type);
    const problem = collectionDepthProblem(type);
    if (problem !== undefined) {
      throw new TableDefinitionError(problem);
    }
    return typeof declared === 'string' ? withDeclaredVarchars(type, parseColumnType(declared)) : type;
  } catch (cause) {
    const problem = (cause as Error).message.replace(/\.$/, '');
    throw new TableDefinitionError(`column ${json.name}: ${problem}`, { cause });
  }
}

/** Replaces each `string` in Delta's type by the `varchar(n)` that the declared type has there. */
function withDeclaredVarchars(type: DeltaType, declared: DeltaType): DeltaType {
  if (type.kind === 'string' && declared.kind === 'varchar') {
    return declared;
  }
  if (type.kind === 'array' && declared.kind === 'array') {
    return { ...type, element: withDeclaredVarchars(type.element, declared.element) };
  }
  if (type.kind === 'map' && declared.kind === 'map') {
    return {
      ...type,
      key: withDeclaredVarchars(type.key, declared.key),
      value: withDeclaredVarchars(type.value, declared.value),
    };
  }
  if (type.kind === 'struct' && declared.kind === 'struct') {
    const fields = type.fields.map((field, index) => {
      const declaredType = declared.fields[index]?.type;
      return declaredType === undefined ? field : { ...field, type: withDeclaredVarchars(field.type, declaredType) };
    });
    return { kind: 'struct', fields };
  }
  return type;
}
