import type { DeltaType } from '../../schema/deltaType.ts';
import { sqlTypeName } from '../../schema/sqlTypeText.ts';
import type { Place } from '../recordError.ts';
import { decimalProblem, type IntegerKind, integerRanges, varcharProblem } from '../valueRules.ts';
import { variantProblem } from '../variantProblem.ts';
import { FieldType } from './descriptor.ts';
import { ProtoBoolean } from './protoBoolean.ts';
import { ProtoBytes } from './protoBytes.ts';
import { ProtoFloat } from './protoFloat.ts';
import { ProtoInteger } from './protoInteger.ts';
import { ProtoString } from './protoString.ts';
import type { ProtoValue } from './protoValue.ts';

const integersOf32Bits: ReadonlySet<number> = new Set([FieldType.int32, FieldType.sint32, FieldType.sfixed32]);
const integersOf64Bits: ReadonlySet<number> = new Set([FieldType.int64, FieldType.sint64, FieldType.sfixed64]);

/**
 * What reads a protobuf scalar into a column.
 *
 * @param fieldType a number of `FieldType`
 * @returns undefined where a field of that type can't go into the column: a type may widen (int32 into BIGINT, float
 * into DOUBLE), never narrow
 */
export function protoScalar(fieldType: number, type: DeltaType, place: Place): ProtoValue | undefined {
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
      return fieldType === FieldType.float ? new ProtoFloat(true) : undefined;
    case 'double':
      return fieldType === FieldType.float || fieldType === FieldType.double
        ? new ProtoFloat(fieldType === FieldType.float)
        : undefined;
    case 'boolean':
      return fieldType === FieldType.bool ? new ProtoBoolean() : undefined;
    case 'binary':
      return fieldType === FieldType.bytes ? new ProtoBytes() : undefined;
    default:
      return fieldType === FieldType.string ? text(type, place) : undefined;
  }
}

function integer(kind: IntegerKind, fieldType: number, place: Place): ProtoValue {
  return new ProtoInteger(place, sqlTypeName({ kind }), integerRanges[kind], fieldType);
}

function text(type: DeltaType, place: Place): ProtoValue | undefined {
  switch (type.kind) {
    case 'string':
      return new ProtoString(place);
    case 'varchar':
      return new ProtoString(place, (content) => varcharProblem(content, type.length));
    case 'decimal':
      return new ProtoString(place, (content) => decimalProblem(content, type.precision, type.scale));
    case 'variant':
      return new ProtoString(place, variantProblem);
    default:
      return undefined;
  }
}
