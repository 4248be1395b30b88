import type { ProtocolAction } from './deltaAction.ts';

/** From this version on, a writer supports exactly the listed features. */
const WRITER_FEATURES_VERSION = 7;
/** From this version on, a reader supports exactly the listed features. */
const READER_FEATURES_VERSION = 3;

/** The features that each writer version before 7 adds to those of the versions before it. */
const featuresOfWriterVersion: readonly (readonly string[])[] = [
  [],
  [],
  ['appendOnly', 'invariants'],
  ['checkConstraints'],
  ['changeDataFeed', 'generatedColumns'],
  ['columnMapping'],
  ['identityColumns'],
];

/**
 * The protocol of a table that must have some more features. The features that an earlier version implies are listed,
 * as versions with features imply none.
 *
 * @param present the table's protocol
 * @param required the lowest protocol with the features that the table needs
 * @returns the very `present` protocol if it has all of them
 */
export function upgradeProtocol(present: ProtocolAction, required: ProtocolAction): ProtocolAction {
  if (present.minWriterVersion < WRITER_FEATURES_VERSION && required.minWriterVersion < WRITER_FEATURES_VERSION) {
    const isCovered =
      present.minReaderVersion >= required.minReaderVersion && present.minWriterVersion >= required.minWriterVersion;
    return isCovered
      ? present
      : {
          minReaderVersion: Math.max(present.minReaderVersion, required.minReaderVersion),
          minWriterVersion: Math.max(present.minWriterVersion, required.minWriterVersion),
        };
  }
  const [presentReader, presentWriter] = [readerFeaturesOf(present), writerFeaturesOf(present)];
  const [requiredReader, requiredWriter] = [readerFeaturesOf(required), needed(writerFeaturesOf(required))];
  if (
    present.minWriterVersion === WRITER_FEATURES_VERSION &&
    isSubset(requiredReader, presentReader) &&
    isSubset(requiredWriter, presentWriter)
  ) {
    return present;
  }
  const readerFeatures = union(presentReader, requiredReader);
  const writerFeatures = union(presentWriter, requiredWriter);
  return readerFeatures.length === 0 && present.minReaderVersion < READER_FEATURES_VERSION
    ? { minReaderVersion: 1, minWriterVersion: WRITER_FEATURES_VERSION, writerFeatures }
    : {
        minReaderVersion: READER_FEATURES_VERSION,
        minWriterVersion: WRITER_FEATURES_VERSION,
        readerFeatures,
        writerFeatures,
      };
}

function writerFeaturesOf({ minWriterVersion, writerFeatures }: ProtocolAction): readonly string[] {
  return minWriterVersion < WRITER_FEATURES_VERSION
    ? featuresOfWriterVersion.slice(0, minWriterVersion + 1).flat()
    : (writerFeatures ?? []);
}

function readerFeaturesOf({ minReaderVersion, readerFeatures }: ProtocolAction): readonly string[] {
  return minReaderVersion < READER_FEATURES_VERSION
    ? minReaderVersion === 2
      ? ['columnMapping']
      : []
    : (readerFeatures ?? []);
}

/** Without the features of version 2, which a table with features has only if it uses them. */
function needed(features: readonly string[]): readonly string[] {
  return features.filter((feature) => !featuresOfWriterVersion[2]?.includes(feature));
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.every((feature) => all.includes(feature));
}
