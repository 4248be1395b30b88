import type { ColumnType, StructField } from '../../table/columnType.ts';
import { readFields, type WireField } from '../../table/wireField.ts';
import { parseJson } from './parseJson.ts';

const DAY_MS = 86_400_000;

/** A column, or a field of a STRUCT, with its number if that is not its place. */
export type NumberedField = StructField & { readonly fieldNumber?: number | undefined };

/**
 * Decodes a serialized row, as the table holds it. A column without a value is omitted, but a list and a map are empty,
 * since protobuf does not tell these apart. BIGINT is a bigint, DATE is a Date, and a timestamp is
 * a Date, or a bigint of microseconds if it is no whole millisecond. A MAP is a plain object if its keys are strings.
 *
 * @throws RangeError if the bytes are not a protobuf message
 */
export function decodeRow(columns: readonly NumberedField[], bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const fields = readFields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return Object.fromEntries(
    columns.flatMap(({ name, type, fieldNumber }, index) => {
      const found = fields.filter(({ number }) => number === (fieldNumber ?? index + 1));
      const isMissing = found.length === 0 && type.kind !== 'array' && type.kind !== 'map';
      return isMissing ? [] : [[name, decodeColumn(type, found)]];
    }),
  );
}

function decodeColumn(type: ColumnType, found: readonly WireField[]): unknown {
  if (type.kind === 'array') {
    return found.map(({ value }) => decodeValue(type.element, value));
  }
  if (type.kind === 'map') {
    const fields: readonly NumberedField[] = [
      { name: 'key', type: type.key, isNullable: true },
      { name: 'value', type: type.value, isNullable: true },
    ];
    const entries = found.map(({ value }) => decodeRow(fields, value)).map(({ key, value }) => [key, value] as const);
    return type.key.kind === 'string' || type.key.kind === 'varchar' ? Object.fromEntries(entries) : new Map(entries);
  }
  return decodeValue(type, (found.at(-1) as WireField).value);
}

function decodeValue(type: ColumnType, bytes: Buffer): unknown {
  switch (type.kind) {
    case 'struct':
      return decodeRow(type.fields, bytes);
    case 'float':
      return bytes.readFloatLE(0);
    case 'double':
      return bytes.readDoubleLE(0);
    case 'boolean':
      return bytes[0] !== 0;
    case 'binary':
      return new Uint8Array(bytes);
    case 'variant':
      return parseJson(bytes.toString('utf8'));
    case 'bigint':
      return decodeInteger(bytes);
    case 'date':
      return new Date(Number(decodeInteger(bytes)) * DAY_MS);
    case 'timestamp':
    case 'timestampNtz': {
      const microseconds = decodeInteger(bytes);
      return microseconds % 1000n === 0n ? new Date(Number(microseconds / 1000n)) : microseconds;
    }
    case 'tinyint':
    case 'smallint':
    case 'int':
      return Number(decodeInteger(bytes));
    default:
      return bytes.toString('utf8');
  }
}

/** Decodes a varint as a signed integer of 64 bits. */
function decodeInteger(bytes: Buffer): bigint {
  return BigInt.asIntN(
    64,
    bytes.reduceRight((high, byte) => (high << 7n) | BigInt(byte & 0x7f), 0n),
  );
}
