import type { DeltaColumn, DeltaTable } from '../schema/deltaType.ts';
import { kindsIn } from '../schema/kindsIn.ts';
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
  const kinds = kindsIn(columns);
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
