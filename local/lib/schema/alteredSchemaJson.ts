import { randomUUID } from 'node:crypto';
import { deltaFieldJson } from './deltaSchemaJson.ts';
import type { DeltaColumn, DeltaType } from './deltaType.ts';
import { parseDeltaSchema } from './parseDeltaSchema.ts';

/** Marks the text of an integer that a double can't hold. */
const LONG_NUMBER: string = `${randomUUID()}:`;

/**
 * The Delta schema JSON of a table whose columns were altered. Fields that have not changed are left as their writer
 * wrote them, with metadata that this package does not know.
 *
 * @param schemaString the schema JSON of the table before
 * @param columns the columns that it gets
 */
export function alteredSchemaJson(schemaString: string, columns: readonly DeltaColumn[]): string {
  const schema = JSON.parse(quoteLongNumbers(schemaString)) as StructJson;
  const fields = alteredFields(schema.fields, parseDeltaSchema(schemaString), columns);
  return unquoteLongNumbers(JSON.stringify({ ...schema, fields }));
}

interface FieldJson {
  readonly name: string;
  readonly type: unknown;
  readonly nullable: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

interface StructJson {
  readonly fields: readonly FieldJson[];
}

function alteredFields(
  json: readonly FieldJson[],
  before: readonly DeltaColumn[],
  after: readonly DeltaColumn[],
): readonly FieldJson[] {
  return after.map((column) => {
    const index = before.findIndex(({ name }) => name === column.name);
    const earlier = before[index];
    const known = json[index];
    return earlier === undefined || known === undefined ? fieldJson(column) : alteredField(known, earlier, column);
  });
}

function alteredField(json: FieldJson, before: DeltaColumn, after: DeltaColumn): FieldJson {
  const [plainBefore, plainAfter] = [fieldJson(before), fieldJson(after)];
  if (JSON.stringify(plainBefore) === JSON.stringify(plainAfter)) {
    return json;
  }
  const metadata = { ...json.metadata };
  for (const key of Object.keys({ ...plainBefore.metadata, ...plainAfter.metadata })) {
    const value = plainAfter.metadata?.[key];
    if (value === undefined) {
      delete metadata[key];
    } else if (JSON.stringify(value) !== JSON.stringify(plainBefore.metadata?.[key])) {
      metadata[key] = value;
    }
  }
  return {
    ...json,
    type: alteredType(json.type, before.type, after.type, plainAfter.type),
    nullable: after.nullable,
    metadata,
  };
}

/** @param plain the type as this package writes it */
function alteredType(json: unknown, before: DeltaType, after: DeltaType, plain: unknown): unknown {
  const [nested, plainNested] = [json, plain] as readonly Readonly<Record<string, unknown>>[];
  if (before.kind === 'struct' && after.kind === 'struct') {
    return { ...nested, fields: alteredFields((json as StructJson).fields, before.fields, after.fields) };
  }
  if (before.kind === 'array' && after.kind === 'array') {
    return {
      ...nested,
      elementType: alteredType(nested?.['elementType'], before.element, after.element, plainNested?.['elementType']),
    };
  }
  if (before.kind === 'map' && after.kind === 'map') {
    return {
      ...nested,
      keyType: alteredType(nested?.['keyType'], before.key, after.key, plainNested?.['keyType']),
      valueType: alteredType(nested?.['valueType'], before.value, after.value, plainNested?.['valueType']),
    };
  }
  return plain;
}

function fieldJson(column: DeltaColumn): FieldJson {
  return JSON.parse(quoteLongNumbers(deltaFieldJson(column))) as FieldJson;
}

/** Integers beyond 2^53 keep their digits as marked strings: `JSON.parse` would round the marks of identity columns. */
function quoteLongNumbers(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(`${LONG_NUMBER}${token}`),
  );
}

function unquoteLongNumbers(json: string): string {
  return json.replaceAll(new RegExp(`"${LONG_NUMBER}(-?\\d+)"`, 'g'), '$1');
}
