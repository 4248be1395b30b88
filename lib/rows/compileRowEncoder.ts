import { type ColumnType, type StructField, sqlTypeText } from '../table/columnType.ts';
import { ArrayEncoder, MapEncoder } from './collectionEncoders.ts';
import { type FieldEncoder, tagOf, type WireType } from './fieldEncoder.ts';
import { BigintEncoder, DateEncoder, IntegerEncoder, integerRanges, TimestampEncoder } from './integerEncoders.ts';
import { fieldPlace, type Place } from './invalidValue.ts';
import { MessageEncoder, StructEncoder } from './messageEncoder.ts';
import {
  BinaryEncoder,
  BooleanEncoder,
  DoubleEncoder,
  decimalProblem,
  FloatEncoder,
  StringEncoder,
  VariantEncoder,
  varcharProblem,
} from './scalarEncoders.ts';

/**
 * Compiles the encoder of a table's rows: one small object for each column. Everything that depends on the column alone
 * is decided here, once, and not again for each row.
 */
export function compileRowEncoder(
  columns: readonly (StructField & { readonly fieldNumber?: number })[],
): MessageEncoder {
  return messageEncoder(() => '', columns);
}

function messageEncoder(
  place: Place,
  fields: readonly (StructField & { readonly fieldNumber?: number })[],
): MessageEncoder {
  return new MessageEncoder(
    place,
    fields.map(({ name, type, isNullable, fieldNumber }, index) => ({
      name,
      isNullable,
      encoder: fieldEncoder(fieldNumber ?? index + 1, type, fieldPlace(place, name)),
    })),
  );
}

function fieldEncoder(fieldNumber: number, type: ColumnType, place: Place): FieldEncoder {
  const tag = (wireType: WireType): number => tagOf(fieldNumber, wireType);
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
      return new IntegerEncoder(tag('varint'), place, sqlTypeText(type), integerRanges[type.kind]);
    case 'bigint':
      return new BigintEncoder(tag('varint'), place);
    case 'date':
      return new DateEncoder(tag('varint'), place);
    case 'timestamp':
    case 'timestampNtz':
      return new TimestampEncoder(tag('varint'), place);
    case 'float':
      return new FloatEncoder(tag('fixed32'), place);
    case 'double':
      return new DoubleEncoder(tag('fixed64'), place);
    case 'boolean':
      return new BooleanEncoder(tag('varint'), place);
    case 'binary':
      return new BinaryEncoder(tag('lengthDelimited'), place);
    case 'string':
      return new StringEncoder(tag('lengthDelimited'), place);
    case 'varchar':
      return new StringEncoder(tag('lengthDelimited'), place, varcharProblem(type.length));
    case 'decimal':
      return new StringEncoder(tag('lengthDelimited'), place, decimalProblem(type.precision, type.scale));
    case 'variant':
      return new VariantEncoder(tag('lengthDelimited'), place);
    case 'array':
      return new ArrayEncoder(place, (elementPlace) => fieldEncoder(fieldNumber, type.element, elementPlace));
    case 'map':
      return new MapEncoder(
        tag('lengthDelimited'),
        place,
        keyParser(type.key),
        (keyPlace) => fieldEncoder(1, type.key, keyPlace),
        (valuePlace) => fieldEncoder(2, type.value, valuePlace),
      );
    case 'struct':
      return new StructEncoder(tag('lengthDelimited'), messageEncoder(place, type.fields));
  }
}

/**
 * Returns a function that parses a key of a plain object, which is always text. Integers must not have leading zeros:
 * otherwise two keys could be equal.
 */
function keyParser({ kind }: ColumnType): (text: string) => unknown {
  switch (kind) {
    case 'string':
    case 'varchar':
      return (text) => text;
    case 'boolean':
      return (text) => (text === 'true' ? true : text === 'false' ? false : undefined);
    case 'bigint':
    case 'timestamp':
    case 'timestampNtz':
      return (text) => (canonicalInteger.test(text) ? BigInt(text) : undefined);
    default:
      return (text) => (canonicalInteger.test(text) ? Number(text) : undefined);
  }
}

const canonicalInteger = /^(?:0|-?[1-9]\d{0,18})$/;
