import type { DeltaType } from '../../lib/schema/deltaType.ts';

/** The expression that reads a column in ClickHouse in a form that JSON can carry. */
export function clickHouseExpression(name: string, type: DeltaType): string {
  return type.kind === 'binary' ? `hex(\`${name}\`)` : `\`${name}\``;
}

/**
 * Converts a value of a reader's JSON output, or of a query's result here, into one form, so that they can be compared.
 *
 * @param keepsNulls whether null arrays, maps and structs stay null. ClickHouse has none and reads them as empty ones,
 * so by default these are treated as equal.
 */
export function comparable(type: DeltaType, value: unknown, keepsNulls = false): unknown {
  if (value === null && keepsNulls) {
    return null;
  }
  switch (type.kind) {
    case 'array':
      return ((value ?? []) as readonly unknown[]).map((item) => comparable(type.element, item, keepsNulls));
    case 'map':
      return comparableMap(type, value ?? {}, keepsNulls);
    case 'struct':
      return type.fields.map((field) =>
        comparable(field.type, (value as Record<string, unknown> | null)?.[field.name] ?? null, keepsNulls),
      );
    default:
      return value === null ? null : comparableScalar(type, value);
  }
}

function comparableMap(type: DeltaType & { kind: 'map' }, value: unknown, keepsNulls: boolean): unknown {
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map(({ key, value: member }) => [key, member])
    : Object.entries(value as object);
  return entries
    .map(([key, member]) => [String(comparableScalar(type.key, key)), comparable(type.value, member, keepsNulls)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

function comparableScalar(type: DeltaType, value: unknown): unknown {
  const text = String(value);
  switch (type.kind) {
    case 'float':
      return Math.fround(toNumber(text));
    case 'double':
      return toNumber(text);
    case 'timestamp':
    case 'timestamp_ntz':
      // One side drops trailing zeros of the fraction and has the zone, the other has six digits and no zone.
      return text
        .replace(/\+00$/, '')
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
    case 'variant':
      // JSON has no negative zero, and both sides write numbers differently.
      return typeof value === 'string' ? JSON.parse(JSON.stringify(JSON.parse(value))) : value;
    case 'binary':
      return text;
    default:
      return text;
  }
}

function toNumber(text: string): number {
  return Number(text.replace(/^(-?)inf$/i, '$1Infinity'));
}
