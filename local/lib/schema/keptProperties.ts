import { supportedFeatures } from './supportedFeatures.ts';

/**
 * Properties of Delta that this package's tables may have: they ask nothing of readers or writers that zerobus-local
 * does not do. Those that end with a dot stand for all that begin so.
 */
const harmless: readonly string[] = [
  'delta.appendOnly',
  'delta.autoOptimize.',
  'delta.checkpoint.',
  'delta.checkpointInterval',
  'delta.checkpointRetentionDuration',
  'delta.compatibility.symlinkFormatManifest.enabled',
  'delta.dataSkippingNumIndexedCols',
  'delta.dataSkippingStatsColumns',
  'delta.deletedFileRetentionDuration',
  'delta.enableChangeDataFeed',
  'delta.enableExpiredLogCleanup',
  'delta.enableFullRetentionRollback',
  'delta.isolationLevel',
  'delta.logRetentionDuration',
  'delta.parquet.compression.codec',
  'delta.randomizeFilePrefixes',
  'delta.randomPrefixLength',
  'delta.sampleRetentionDuration',
  'delta.setTransactionRetentionDuration',
  'delta.stats.',
  'delta.targetFileSize',
  'delta.tuneFileSizesForRewrites',
  'delta.workloadBasedColumns.',
];

/** What the protocol of a table says, so that no property has to. */
const ofProtocol = /^delta\.(?:minReaderVersion|minWriterVersion|feature\..*)$/;

/** Properties of Databricks that repeat what CLUSTER BY says. */
const ofClustering: ReadonlySet<string> = new Set(['clusterByAuto', 'clusteringColumns']);

/** Values that turn a feature off. */
const off: ReadonlySet<string> = new Set(['false', 'none', 'classic']);

/** The name that `variantType` had before it was final. */
const VARIANT_PREVIEW = 'variantType-preview';

/** What becomes of a table property: it is kept, dropped without a word, or dropped with one. */
export type PropertyFate = 'kept' | 'dropped' | 'refused';

/**
 * Decides about a table property. Properties of Delta that turn on a feature that zerobus-local lacks are refused:
 * readers would take the table for one that has the feature.
 */
export function fateOfProperty(key: string, value: string): PropertyFate {
  if (!key.startsWith('delta.')) {
    return ofClustering.has(key) ? 'dropped' : 'kept';
  }
  if (ofProtocol.test(key)) {
    const feature = key.replace(/^delta\.feature\./, '');
    const isDropped = feature === key || feature === VARIANT_PREVIEW || supportedFeatures.has(feature);
    return isDropped ? 'dropped' : 'refused';
  }
  if (harmless.some((name) => (name.endsWith('.') ? key.startsWith(name) : key === name))) {
    return 'kept';
  }
  return off.has(value.toLowerCase()) && !key.startsWith('delta.constraints.') ? 'kept' : 'refused';
}
