import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';

const PHYSICAL_NAME = 'delta.columnMapping.physicalName';

/** A field of the Delta schema's JSON. Other parts of the schema have no metadata. */
interface FieldJson {
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * The columns in the same order, with the names that they and their fields have in the data files. They differ if
 * columns are mapped by name.
 */
export function storedColumns(snapshot: DeltaSnapshot, columns: readonly DeltaColumn[]): readonly DeltaColumn[] {
  if (!snapshot.hasMappedColumns) {
    return columns;
  }
  const schema: unknown = JSON.parse(snapshot.metaData.schemaString, (_key, value: FieldJson | null) => {
    const physicalName = value?.metadata?.[PHYSICAL_NAME];
    return physicalName === undefined ? value : { ...value, name: physicalName };
  });
  return parseDeltaSchema(JSON.stringify(schema));
}
