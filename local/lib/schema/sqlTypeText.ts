import type { DeltaType } from './deltaType.ts';
import { primitiveTypes } from './primitiveTypes.ts';

/** The type in SQL as Unity Catalog's `type_text` has it, in lower case and without blanks: `array<struct<a:int>>`. */
export function sqlTypeText(type: DeltaType): string {
  switch (type.kind) {
    case 'varchar':
      return `${type.isChar ? 'char' : 'varchar'}(${type.length})`;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'array':
      return `array<${sqlTypeText(type.element)}>`;
    case 'map':
      return `map<${sqlTypeText(type.key)},${sqlTypeText(type.value)}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${sqlTypeText(field.type)}`).join(',')}>`;
    default:
      return primitiveTypes[type.kind].sqlName.toLowerCase();
  }
}

/** The type's name for an error message, without its parts: `DECIMAL(10,2)`, `ARRAY`. */
export function sqlTypeName(type: DeltaType): string {
  switch (type.kind) {
    case 'varchar':
      return `${type.isChar ? 'CHAR' : 'VARCHAR'}(${type.length})`;
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'array':
    case 'map':
    case 'struct':
      return type.kind.toUpperCase();
    default:
      return primitiveTypes[type.kind].sqlName;
  }
}
