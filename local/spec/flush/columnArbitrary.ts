import fc from 'fast-check';
import type { DeltaColumn, DeltaType } from '../../lib/schema/deltaType.ts';
import { encodeVariant } from '../../lib/variant/encodeVariant.ts';
import { variantTextArbitrary } from '../variant/variantText.ts';

/** A value as it is in a row line, and as it must be read back. */
export interface ExpectedValue {
  /** JSON text. */
  readonly json: string;
  /** In the form used by `QueryResult`. */
  readonly read: unknown;
}

/** The days that dates and timestamps may fall on, as days since 1970-01-01. The last day is included. */
export interface DayRange {
  readonly first: number;
  readonly last: number;
}

const DAY_MICROSECONDS = 86_400_000_000n;

/** The years 0001 to 9999. */
const everyDay: DayRange = { first: -719_162, last: 2_932_896 };

const nullValue: ExpectedValue = { json: 'null', read: null };

/** A type of any kind except variant, nested up to two levels. */
export const typeArbitrary: fc.Arbitrary<DeltaType> = fc.letrec<{ type: DeltaType; scalar: DeltaType }>((tie) => ({
  scalar: fc.oneof(
    ...(
      [
        'byte',
        'short',
        'integer',
        'long',
        'float',
        'double',
        'string',
        'boolean',
        'binary',
        'date',
        'timestamp',
        'timestamp_ntz',
      ] as const
    ).map((kind) => fc.constant({ kind })),
    fc.record({ kind: fc.constant('varchar' as const), length: fc.integer({ min: 1, max: 300 }) }),
    fc.integer({ min: 1, max: 38 }).chain((precision) =>
      fc.record({
        kind: fc.constant('decimal' as const),
        precision: fc.constant(precision),
        scale: fc.integer({ min: 0, max: precision }),
      }),
    ),
  ),
  type: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { arbitrary: tie('scalar'), weight: 3 },
    {
      arbitrary: fc.record({
        kind: fc.constant('array' as const),
        element: tie('type'),
        containsNull: fc.constant(true),
      }),
      weight: 1,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant('map' as const),
        key: tie('scalar').filter((type) => type.kind !== 'float' && type.kind !== 'double'),
        value: tie('type'),
        valueContainsNull: fc.constant(true),
      }),
      weight: 1,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant('struct' as const),
        fields: fc
          .array(tie('type'), { minLength: 1, maxLength: 3 })
          .map((types) => types.map((type, index) => ({ name: `field_${index}`, type, nullable: true }))),
      }),
      weight: 1,
    },
  ),
})).type;

/** A value of the type, or null. A variant is read as its two binaries. */
export function valueArbitrary(type: DeltaType, days: DayRange = everyDay): fc.Arbitrary<ExpectedValue> {
  return fc.oneof(
    { arbitrary: fc.constant(nullValue), weight: 1 },
    { arbitrary: presentArbitrary(type, days), weight: 5 },
  );
}

/** Rows of a table with these columns. Some omit columns that are null. */
export function rowsArbitrary(
  columns: readonly DeltaColumn[],
  days: DayRange = everyDay,
): fc.Arbitrary<readonly (readonly ExpectedValue[])[]> {
  const row = fc.tuple(
    ...columns.map((column) =>
      column.nullable ? valueArbitrary(column.type, days) : presentArbitrary(column.type, days),
    ),
  );
  return fc.array(row, { minLength: 1, maxLength: 12 });
}

/** The row line of a row. Null columns at odd positions are omitted. */
export function rowLine(columns: readonly DeltaColumn[], row: readonly ExpectedValue[]): string {
  const members = row.flatMap((value, index) =>
    value === nullValue && index % 2 === 1 ? [] : [`${JSON.stringify(columns[index]?.name)}:${value.json}`],
  );
  return `{${members.join(',')}}\n`;
}

function presentArbitrary(type: DeltaType, days: DayRange): fc.Arbitrary<ExpectedValue> {
  switch (type.kind) {
    case 'byte':
      return integer(8);
    case 'short':
      return integer(16);
    case 'integer':
      return integer(32);
    case 'long':
      return bigInteger(-(2n ** 63n), 2n ** 63n - 1n).map((n) => ({ json: String(n), read: String(n) }));
    case 'float':
      return fc.float().map((n) => number(n));
    case 'double':
      return fc.double().map((n) => number(n));
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 400 }).map((text) => ({ json: JSON.stringify(text), read: text }));
    case 'varchar':
      return fc
        .string({ unit: 'grapheme-composite', maxLength: type.length })
        .map((text) => ({ json: JSON.stringify(text), read: text }));
    case 'boolean':
      return fc.boolean().map((value) => ({ json: String(value), read: value }));
    case 'binary':
      return fc
        .uint8Array({ maxLength: 40 })
        .map((bytes) => ({ json: JSON.stringify(Buffer.from(bytes).toString('base64')), read: blobText(bytes) }));
    case 'date':
      return fc
        .integer({ min: days.first, max: days.last })
        .map((day) => ({ json: String(day), read: isoDate(day * 86_400_000) }));
    case 'timestamp':
      return timestamp('+00', days);
    case 'timestamp_ntz':
      return timestamp('', days);
    case 'decimal':
      return bigInteger(1n - 10n ** BigInt(type.precision), 10n ** BigInt(type.precision) - 1n).map((unscaled) => {
        const text = decimalText(unscaled, type.scale);
        return { json: JSON.stringify(text), read: text };
      });
    case 'array':
      return fc.array(valueArbitrary(type.element, days), { maxLength: 4 }).map((values) => ({
        json: `[${values.map((value) => value.json).join(',')}]`,
        read: values.map((value) => value.read),
      }));
    case 'map':
      return fc
        .uniqueArray(fc.tuple(presentArbitrary(type.key, days), valueArbitrary(type.value, days)), {
          maxLength: 4,
          selector: ([key]) => key.json,
        })
        .map((entries) => ({
          json: `{${entries.map(([key, value]) => `${keyJson(key)}:${value.json}`).join(',')}}`,
          read: entries.map(([key, value]) => ({ key: key.read, value: value.read })),
        }));
    case 'struct':
      return fc.tuple(...type.fields.map((field) => valueArbitrary(field.type, days))).map((values) => ({
        json: rowLine(type.fields, values).trimEnd(),
        read: Object.fromEntries(type.fields.map((field, index) => [field.name, values[index]?.read])),
      }));
    case 'variant':
      return variantTextArbitrary.map(({ text }) => {
        const { metadata, value } = encodeVariant(Buffer.from(text));
        return { json: JSON.stringify(text), read: { metadata: blobText(metadata), value: blobText(value) } };
      });
  }
}

function integer(bits: number): fc.Arbitrary<ExpectedValue> {
  return fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }).map((n) => ({ json: String(n), read: n }));
}

/** Bounds and their neighbors come up often enough to matter. */
function bigInteger(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n));
}

function number(value: number): ExpectedValue {
  if (!Number.isFinite(value)) {
    return { json: JSON.stringify(String(value)), read: String(value) };
  }
  return { json: Object.is(value, -0) ? '-0.0' : JSON.stringify(value), read: value };
}

function timestamp(zone: string, days: DayRange): fc.Arbitrary<ExpectedValue> {
  return bigInteger(BigInt(days.first) * DAY_MICROSECONDS, BigInt(days.last + 1) * DAY_MICROSECONDS - 1n).map(
    (microseconds) => {
      const fraction = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
      const milliseconds = Number((microseconds - fraction) / 1000n);
      const time = new Date(milliseconds).toISOString().slice(11, 19);
      const digits = fraction === 0n ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
      return { json: String(microseconds), read: `${isoDate(milliseconds)} ${time}${digits}${zone}` };
    },
  );
}

function isoDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

/** The key of a JSON object is always a string. */
function keyJson(key: ExpectedValue): string {
  return key.json.startsWith('"') ? key.json : JSON.stringify(key.json);
}

/** The text of a BLOB, as DuckDB's client writes it. */
function blobText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte <= 0x1f || byte >= 0x7f || byte === 0x22 || byte === 0x27
      ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  ).join('');
}
