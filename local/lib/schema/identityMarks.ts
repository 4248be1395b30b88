import type { IdentityColumn } from './deltaType.ts';
import { parseDeltaSchema } from './parseDeltaSchema.ts';

const MARK_KEY = 'delta.identity.highWaterMark';

/** A number of an identity column in schema JSON. In a JSON string, the quotes of the key would be escaped. */
const identityNumber = /("delta\.identity\.(?:start|step|highWaterMark)"\s*:\s*)(-?\d+)/g;
const identityText = /("delta\.identity\.(?:start|step|highWaterMark)":)"(-?\d+)"/g;

/** The identity columns of a Delta schema by their names, in their order. */
export function identityColumns(schemaString: string): ReadonlyMap<string, IdentityColumn> {
  if (!schemaString.includes('delta.identity.')) {
    return new Map();
  }
  const columns = parseDeltaSchema(schemaString);
  return new Map(columns.flatMap(({ name, identity }) => (identity === undefined ? [] : [[name, identity] as const])));
}

/** The Delta schema with the last numbers that its identity columns have given. Everything else in it stays. */
export function withIdentityMarks(schemaString: string, marks: ReadonlyMap<string, bigint>): string {
  // A JavaScript number does not hold all digits.
  const schema = JSON.parse(schemaString.replace(identityNumber, '$1"$2"')) as {
    readonly fields: readonly { readonly name: string; metadata?: Record<string, unknown> }[];
  };
  for (const field of schema.fields) {
    const mark = marks.get(field.name);
    if (mark !== undefined) {
      field.metadata = { ...field.metadata, [MARK_KEY]: String(mark) };
    }
  }
  return JSON.stringify(schema).replace(identityText, '$1$2');
}

/** Whether two Delta schemas are the same but for the last numbers that identity columns have given. */
export function differsOnlyInMarks(one: string, other: string): boolean {
  return one === other || withoutMarks(one) === withoutMarks(other);
}

function withoutMarks(schemaString: string): string {
  return JSON.stringify(JSON.parse(schemaString), (key, value) => (key === MARK_KEY ? undefined : value));
}
