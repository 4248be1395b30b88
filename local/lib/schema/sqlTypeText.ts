import type { DeltaType, PrimitiveName } from './deltaType.ts';

const primitiveNames: Readonly<Record<PrimitiveName, string>> = {
  byte: 'tinyint',
  short: 'smallint',
  integer: 'int',
  long: 'bigint',
  float: 'float',
  double: 'double',
  string: 'string',
  boolean: 'boolean',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
  timestamp_ntz: 'timestamp_ntz',
  variant: 'variant',
};

/** The type as SQL text in the form of Unity Catalog's `type_text`: lower case, no blanks, `array<struct<a:int>>`. */
export function sqlTypeText(type: DeltaType): string {
  switch (type.kind) {
    case 'varchar':
      return `varchar(${type.length})`;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'array':
      return `array<${sqlTypeText(type.element)}>`;
    case 'map':
      return `map<${sqlTypeText(type.key)},${sqlTypeText(type.value)}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${sqlTypeText(field.type)}`).join(',')}>`;
    default:
      return primitiveNames[type.kind];
  }
}
