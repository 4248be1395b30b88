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

type Json = Readonly<Record<string, unknown>>;

/** How deep types may be nested. */
const MAX_DEPTH = 200;
const MAX_SHOWN_LENGTH = 200;

/**
 * Reads the Delta protocol's schema JSON. It is the inverse of `deltaSchemaJson`.
 *
 * @throws {@link TableDefinitionError} if a type is unknown; the message names the column, as part of a sentence
 */
export function parseDeltaSchema(schemaString: string): readonly DeltaColumn[] {
  const type = parseType(parsed(schemaString), 0);
  if (type.kind !== 'struct') {
    throw new TableDefinitionError(`A Delta schema must be a struct, not ${type.kind}.`);
  }
  return type.fields;
}

function parsed(schemaString: string): unknown {
  try {
    return parseExactJson(schemaString);
  } catch (cause) {
    throw new TableDefinitionError('the schema is not JSON, or is nested too deeply to be read.', { cause });
  }
}

function parseType(json: unknown, depth: number): DeltaType {
  if (typeof json === 'string') {
    return parsePrimitive(json);
  }
  if (depth > MAX_DEPTH) {
    throw new TableDefinitionError(`a type in a Delta schema is nested deeper than ${MAX_DEPTH}.`);
  }
  const nested = isObject(json) ? json : {};
  const isNullAllowed = (name: string): boolean => nested[name] !== false;
  switch (nested['type']) {
    case 'struct':
      return { kind: 'struct', fields: parseFields(nested['fields'] ?? [], depth) };
    case 'array':
      return {
        kind: 'array',
        element: parseType(nested['elementType'], depth + 1),
        containsNull: isNullAllowed('containsNull'),
      };
    case 'map':
      return {
        kind: 'map',
        key: parseType(nested['keyType'], depth + 1),
        value: parseType(nested['valueType'], depth + 1),
        valueContainsNull: isNullAllowed('valueContainsNull'),
      };
    default:
      throw new TableDefinitionError(`unknown type in a Delta schema: ${shown(json)}`);
  }
}

function parseFields(fields: unknown, depth: number): readonly DeltaColumn[] {
  if (!Array.isArray(fields)) {
    throw new TableDefinitionError('the fields in a Delta schema must be an array.');
  }
  return fields.map((field: unknown) => {
    if (!isObject(field) || typeof field['name'] !== 'string') {
      throw new TableDefinitionError('a field in a Delta schema must be an object with a name.');
    }
    return parseField(field, field['name'], depth + 1);
  });
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The beginning of what is not a type. */
function shown(json: unknown): string {
  const text = isObject(json) ? JSON.stringify(json['type']) : JSON.stringify(json);
  return text === undefined ? 'none' : text.slice(0, MAX_SHOWN_LENGTH);
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

function parseField(json: Json, name: string, depth: number): DeltaColumn {
  const metadata = isObject(json['metadata']) ? json['metadata'] : {};
  const text = (key: string) => (typeof metadata[key] === 'string' ? metadata[key] : undefined);
  const [comment, initial, generated] = ['comment', DEFAULT_METADATA_KEY, GENERATED_METADATA_KEY].map(text);
  const identity = parseIdentity(metadata);
  const tags = isObject(metadata[TAGS_METADATA_KEY]) ? (metadata[TAGS_METADATA_KEY] as DeltaColumn['tags']) : undefined;
  return {
    name,
    type: parseFieldType(json, name, metadata[VARCHAR_METADATA_KEY], depth),
    nullable: json['nullable'] !== false,
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

function parseFieldType(json: Json, name: string, declared: unknown, depth: number): DeltaType {
  try {
    const type = parseType(json['type'], depth);
    const problem = collectionDepthProblem(type);
    if (problem !== undefined) {
      throw new TableDefinitionError(problem);
    }
    return typeof declared === 'string' ? withDeclaredVarchars(type, parseColumnType(declared)) : type;
  } catch (cause) {
    const problem = (cause as Error).message.replace(/\.$/, '');
    throw new TableDefinitionError(`column ${name}: ${problem}`, { cause });
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
