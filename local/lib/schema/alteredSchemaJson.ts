import { type DeltaFieldJson, deltaFieldJson, deltaTypeJson } from './deltaSchemaJson.ts';
import type { DeltaColumn, DeltaType } from './deltaType.ts';
import { parseDeltaSchema } from './parseDeltaSchema.ts';

/** Marks the text of an integer that a double can't hold. */
const LONG_NUMBER = 'long-number:';

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

interface StructJson {
  readonly fields: readonly DeltaFieldJson[];
}

function alteredFields(
  json: readonly DeltaFieldJson[],
  before: readonly DeltaColumn[],
  after: readonly DeltaColumn[],
): readonly DeltaFieldJson[] {
  return after.map((column) => {
    const index = before.findIndex(({ name }) => name === column.name);
    const earlier = before[index];
    const known = json[index];
    return earlier === undefined || known === undefined ? deltaFieldJson(column) : alteredField(known, earlier, column);
  });
}

function alteredField(json: DeltaFieldJson, before: DeltaColumn, after: DeltaColumn): DeltaFieldJson {
  const [plainBefore, plainAfter] = [deltaFieldJson(before), deltaFieldJson(after)];
  if (JSON.stringify(plainBefore) === JSON.stringify(plainAfter)) {
    return json;
  }
  const metadata = { ...json.metadata };
  for (const key of Object.keys({ ...plainBefore.metadata, ...plainAfter.metadata })) {
    const value = plainAfter.metadata?.[key];
    if (value === undefined) {
      delete metadata[key];
    } else if (value !== plainBefore.metadata?.[key]) {
      metadata[key] = value;
    }
  }
  return { ...json, type: alteredType(json.type, before.type, after.type), nullable: after.nullable, metadata };
}

function alteredType(json: unknown, before: DeltaType, after: DeltaType): unknown {
  const nested = json as Readonly<Record<string, unknown>>;
  if (before.kind === 'struct' && after.kind === 'struct') {
    return { ...nested, fields: alteredFields((json as StructJson).fields, before.fields, after.fields) };
  }
  if (before.kind === 'array' && after.kind === 'array') {
    return { ...nested, elementType: alteredType(nested['elementType'], before.element, after.element) };
  }
  if (before.kind === 'map' && after.kind === 'map') {
    return {
      ...nested,
      keyType: alteredType(nested['keyType'], before.key, after.key),
      valueType: alteredType(nested['valueType'], before.value, after.value),
    };
  }
  return deltaTypeJson(after);
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
