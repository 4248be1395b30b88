import type { DeltaType } from '../schema/deltaType.ts';
import { sqlTypeName } from '../schema/sqlTypeText.ts';

/** A type's name and, if it does not say so itself, how its values are written in JSON. For error messages. */
export function jsonForm(type: DeltaType): string {
  const name = sqlTypeName(type);
  switch (type.kind) {
    case 'long':
      return `${name} as an integer`;
    case 'date':
      return `${name} as integer days since 1970-01-01`;
    case 'timestamp':
    case 'timestamp_ntz':
      return `${name} as integer microseconds since 1970-01-01`;
    case 'decimal':
      return `${name} as a string of digits such as "12.50"`;
    case 'binary':
      return `${name} as a string of padded base64`;
    case 'varchar':
      return `${name} as a string`;
    case 'variant':
      return `${name} as a string with JSON text`;
    case 'map':
    case 'struct':
      return `${name} as an object`;
    default:
      return name;
  }
}

/** A type's name and, if it does not say so itself, the protobuf field that its values need. For error messages. */
export function protoForm(type: DeltaType): string {
  const name = sqlTypeName(type);
  switch (type.kind) {
    case 'date':
      return `${name} as int32, days since 1970-01-01`;
    case 'timestamp':
    case 'timestamp_ntz':
      return `${name} as int64, microseconds since 1970-01-01`;
    case 'decimal':
      return `${name} as string, digits such as "12.50"`;
    case 'binary':
      return `${name} as bytes`;
    case 'varchar':
      return `${name} as string`;
    case 'variant':
      return `${name} as string, JSON text`;
    default:
      return name;
  }
}
