/**
 * Features of Delta that tables written by zerobus-local may have. `invariants` is supported only if no column has one,
 * and `changeDataFeed` asks nothing of those that only append.
 */
export const supportedFeatures: ReadonlySet<string> = new Set([
  'allowColumnDefaults',
  'appendOnly',
  'changeDataFeed',
  'clustering',
  'domainMetadata',
  'generatedColumns',
  'identityColumns',
  'invariants',
  'timestampNtz',
  'variantType',
]);
