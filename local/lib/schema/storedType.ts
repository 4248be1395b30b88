import type { DeltaType } from './deltaType.ts';

const binary: DeltaType = { kind: 'binary' };

/** The group of two binaries that a Parquet file stores for a variant. */
const storedVariant: DeltaType = {
  kind: 'struct',
  fields: [
    { name: 'metadata', type: binary, nullable: true },
    { name: 'value', type: binary, nullable: true },
  ],
};

/** The type that a Parquet file stores for a column. It differs from the column's type only for variants. */
export function storedType(type: DeltaType): DeltaType {
  switch (type.kind) {
    case 'variant':
      return storedVariant;
    case 'array':
      return { ...type, element: storedType(type.element) };
    case 'map':
      return { ...type, value: storedType(type.value) };
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((field) => ({ ...field, type: storedType(field.type) })) };
    default:
      return type;
  }
}
