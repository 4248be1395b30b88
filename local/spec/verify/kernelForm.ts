import type { DeltaType } from '../../lib/schema/deltaType.ts';

/** The expression that reads a column in ClickHouse in a form that JSON can carry. */
export function clickHouseExpression(name: string, type: DeltaType): string {
  return type.kind === 'binary' ? `hex(\`${name}\`)` : `\`${name}\``;
}

/**
 * Converts a value of ClickHouse's JSON output, or of a query's result here, into one form, so that they can be
 * compared. ClickHouse has no null arrays, maps or tuples and reads them as empty ones, so these are treated as equal.
 */
export function comparable(type: DeltaType, value: unknown): unknown {
  switch (type.kind) {
    case 'array':
      return ((value ?? []) as readonly unknown[]).map((item) => comparable(type.element, item));
    case 'map':
      return comparableMap(type, value ?? {});
    case 'struct':
      return type.fields.map((field) =>
        comparable(field.type, (value as Record<string, unknown> | null)?.[field.name] ?? null),
      );
    default:
      return value === null ? null : comparableScalar(type, value);
  }
}

function comparableMap(type: DeltaType & { kind: 'map' }, value: unknown): unknown {
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map(({ key, value: member }) => [key, member])
    : Object.entries(value as object);
  return entries
    .map(([key, member]) => [String(comparableScalar(type.key, key)), comparable(type.value, member)])
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
    case 'binary':
      return text;
    default:
      return text;
  }
}

function toNumber(text: string): number {
  return Number(text.replace(/^(-?)inf$/i, '$1Infinity'));
}
