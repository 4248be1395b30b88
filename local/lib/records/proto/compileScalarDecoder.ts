import type { DeltaType } from '../../schema/deltaType.ts';
import type { TextRule } from '../columnRules.ts';
import type { Place } from '../recordError.ts';
import { variantProblem } from '../scanVariantText.ts';
import { decimalProblem, type IntegerKind, integerRanges, varcharProblem } from '../valueRules.ts';
import { FieldType } from './descriptor.ts';
import { IntegerDecoder } from './integerDecoder.ts';
import type { ScalarDecoder } from './protoDecoder.ts';
import { BooleanDecoder, BytesDecoder, FloatDecoder, StringDecoder } from './scalarDecoders.ts';

const integersOf32Bits: ReadonlySet<number> = new Set([FieldType.int32, FieldType.sint32, FieldType.sfixed32]);
const integersOf64Bits: ReadonlySet<number> = new Set([FieldType.int64, FieldType.sint64, FieldType.sfixed64]);

/**
 * Compiles the decoder of a protobuf scalar for a column.
 *
 * @param fieldType a number of `FieldType`
 * @param rule a further rule for the content of a text, or for the base64 of bytes. Defaults to none.
 * @returns undefined if a field of that type can't go into the column. A type may widen (int32 to BIGINT, float to
 * DOUBLE), but never narrow
 */
export function compileScalarDecoder(
  fieldType: number,
  type: DeltaType,
  place: Place,
  rule?: TextRule,
): ScalarDecoder | undefined {
  switch (type.kind) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'date':
      return integersOf32Bits.has(fieldType) ? integer(type.kind, fieldType, place) : undefined;
    case 'long':
    case 'timestamp':
    case 'timestamp_ntz':
      return integersOf32Bits.has(fieldType) || integersOf64Bits.has(fieldType)
        ? integer(type.kind, fieldType, place)
        : undefined;
    case 'float':
      return fieldType === FieldType.float ? new FloatDecoder(true) : undefined;
    case 'double':
      return fieldType === FieldType.float || fieldType === FieldType.double
        ? new FloatDecoder(fieldType === FieldType.float)
        : undefined;
    case 'boolean':
      return fieldType === FieldType.bool ? new BooleanDecoder() : undefined;
    case 'binary':
      return fieldType === FieldType.bytes ? new BytesDecoder(place, rule) : undefined;
    default:
      return fieldType === FieldType.string ? text(type, place, rule) : undefined;
  }
}

function integer(kind: IntegerKind, fieldType: number, place: Place): ScalarDecoder {
  return new IntegerDecoder(place, integerRanges[kind], fieldType);
}

function text(type: DeltaType, place: Place, rule: TextRule | undefined): ScalarDecoder | undefined {
  switch (type.kind) {
    case 'string':
      return new StringDecoder(place, rule);
    case 'varchar':
      return new StringDecoder(place, (content) => varcharProblem(content, type) ?? rule?.(content));
    case 'decimal':
      return new StringDecoder(place, (content) => decimalProblem(content, type.precision, type.scale));
    case 'variant':
      return new StringDecoder(place, variantProblem);
    default:
      return undefined;
  }
}
