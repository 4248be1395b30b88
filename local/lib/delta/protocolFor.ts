import type { DeltaColumn, DeltaTable, DeltaType } from '../schema/deltaType.ts';
import type { ProtocolAction } from './deltaAction.ts';

/**
 * The lowest Delta protocol whose readers and writers understand the table.
 *
 * @param table what else than its columns the table has
 */
export function protocolFor(
  columns: readonly DeltaColumn[],
  table: Pick<DeltaTable, 'clusterColumns' | 'properties'> = {},
): ProtocolAction {
  const readerFeatures = featuresOfTypes(columns);
  const writerFeatures = [...writerFeaturesOf(columns, table), ...readerFeatures];
  if (writerFeatures.length === 0) {
    return { minReaderVersion: 1, minWriterVersion: 2 };
  }
  return {
    ...(readerFeatures.length === 0 ? { minReaderVersion: 1 } : { minReaderVersion: 3, readerFeatures }),
    minWriterVersion: 7,
    writerFeatures: ['appendOnly', 'invariants', ...writerFeatures],
  };
}

/** Features that readers need too. */
function featuresOfTypes(columns: readonly DeltaColumn[]): readonly string[] {
  const kinds = new Set<DeltaType['kind']>();
  for (const column of columns) {
    collectKinds(column.type, kinds);
  }
  return [...(kinds.has('timestamp_ntz') ? ['timestampNtz'] : []), ...(kinds.has('variant') ? ['variantType'] : [])];
}

/** Features that only writers need. */
function writerFeaturesOf(
  columns: readonly DeltaColumn[],
  { clusterColumns, properties = {} }: Pick<DeltaTable, 'clusterColumns' | 'properties'>,
): readonly string[] {
  const hasAny = (key: 'default' | 'generated' | 'identity') => columns.some((column) => column[key] !== undefined);
  return [
    ...(hasAny('default') ? ['allowColumnDefaults'] : []),
    ...(hasAny('generated') ? ['generatedColumns'] : []),
    ...(hasAny('identity') ? ['identityColumns'] : []),
    ...(clusterColumns === undefined || clusterColumns === 'auto' ? [] : ['domainMetadata', 'clustering']),
    ...(properties['delta.enableChangeDataFeed'] === 'true' ? ['changeDataFeed'] : []),
  ];
}

function collectKinds(type: DeltaType, kinds: Set<DeltaType['kind']>): void {
  kinds.add(type.kind);
  if (type.kind === 'array') {
    collectKinds(type.element, kinds);
  } else if (type.kind === 'map') {
    collectKinds(type.key, kinds);
    collectKinds(type.value, kinds);
  } else if (type.kind === 'struct') {
    for (const field of type.fields) {
      collectKinds(field.type, kinds);
    }
  }
}
