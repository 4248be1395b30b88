import type { ForeignAction, ForeignProtocol } from './foreignAction.ts';
import { changeField, type ForeignStruct, parseForeignSchema } from './foreignSchema.ts';
import type { ForeignSnapshot } from './foreignSnapshot.ts';

/** A change of a table that other writers must respect, and how to revert it. */
export interface ForeignFeature {
  readonly name: string;
  /** The operations in Spark's words. */
  readonly operations: readonly [add: string, drop: string];
  /** Which of the two changes must rewrite the data files, if any. */
  readonly rewrites: 'never' | 'both ways' | 'to drop';
  add(snapshot: ForeignSnapshot): readonly ForeignAction[];
  drop(snapshot: ForeignSnapshot): readonly ForeignAction[];
}

const basicFeatures: readonly string[] = ['invariants', 'appendOnly'];

/** The protocol with one more feature, as Spark upgrades it. */
export function withFeature(protocol: ForeignProtocol, feature: string, isOfReader: boolean): ForeignProtocol {
  const readerFeatures = [...(protocol.readerFeatures ?? []), ...(isOfReader ? [feature] : [])];
  const writerFeatures = [feature, ...(protocol.writerFeatures ?? basicFeatures)];
  return readerFeatures.length === 0
    ? { minReaderVersion: 1, minWriterVersion: 7, writerFeatures }
    : { minReaderVersion: 3, minWriterVersion: 7, readerFeatures, writerFeatures };
}

/** The protocol without the feature. If no feature is left, it is the protocol of old tables. */
export function withoutFeature(protocol: ForeignProtocol, feature: string): ForeignProtocol {
  const readerFeatures = (protocol.readerFeatures ?? []).filter((each) => each !== feature);
  const writerFeatures = (protocol.writerFeatures ?? basicFeatures).filter((each) => each !== feature);
  if (writerFeatures.every((each) => basicFeatures.includes(each))) {
    return { minReaderVersion: 1, minWriterVersion: 2 };
  }
  return readerFeatures.length === 0
    ? { minReaderVersion: 1, minWriterVersion: 7, writerFeatures }
    : { minReaderVersion: 3, minWriterVersion: 7, readerFeatures, writerFeatures };
}

/** `metaData` with other properties. Undefined ones are removed. */
export function withProperties(
  { metaData }: ForeignSnapshot,
  properties: Readonly<Record<string, string | undefined>>,
): ForeignAction {
  const configuration = Object.entries({ ...metaData.configuration, ...properties }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { metaData: { ...metaData, configuration: Object.fromEntries(configuration) } };
}

/** `metaData` with another schema. */
export function withSchema(
  { metaData }: ForeignSnapshot,
  change: (schema: ForeignStruct) => ForeignStruct,
): ForeignAction {
  return {
    metaData: { ...metaData, schemaString: JSON.stringify(change(parseForeignSchema(metaData.schemaString))) },
  };
}

function typeOfM(snapshot: ForeignSnapshot, type: string, metadata: Readonly<Record<string, unknown>>): ForeignAction {
  return withSchema(snapshot, (schema) => changeField(schema, 'm', (field) => ({ ...field, type, metadata })));
}

function propertyFeature(
  name: string,
  isOfReader: boolean,
  added: () => Readonly<Record<string, string>>,
): ForeignFeature {
  return {
    name,
    operations: ['SET TBLPROPERTIES', 'DROP FEATURE'],
    rewrites: 'never',
    add: (snapshot) => [
      withProperties(snapshot, added()),
      { protocol: withFeature(snapshot.protocol, name, isOfReader) },
    ],
    drop: (snapshot) => [
      withProperties(snapshot, Object.fromEntries(Object.keys(added()).map((key) => [key, undefined]))),
      { protocol: withoutFeature(snapshot.protocol, name) },
    ],
  };
}

/** The name of the added constraint. */
const CONSTRAINT = 'delta.constraints.positive';

/** All changes that can be made and reverted. */
export const foreignFeatures: readonly ForeignFeature[] = [
  {
    name: 'checkConstraints',
    operations: ['ADD CONSTRAINT', 'DROP CONSTRAINT'],
    rewrites: 'never',
    add: (snapshot) => [
      withProperties(snapshot, { [CONSTRAINT]: 'n >= 0' }),
      {
        protocol:
          snapshot.protocol.minWriterVersion <= 3
            ? { minReaderVersion: 1, minWriterVersion: 3 }
            : withFeature(snapshot.protocol, 'checkConstraints', false),
      },
    ],
    drop: (snapshot) => [
      withProperties(snapshot, { [CONSTRAINT]: undefined }),
      { protocol: withoutFeature(snapshot.protocol, 'checkConstraints') },
    ],
  },
  propertyFeature('inCommitTimestamp', false, () => ({ 'delta.enableInCommitTimestamps': 'true' })),
  propertyFeature('deletionVectors', true, () => ({ 'delta.enableDeletionVectors': 'true' })),
  propertyFeature('featureOfTomorrow', false, () => ({ 'delta.enableFeatureOfTomorrow': 'true' })),
  {
    name: 'notNull',
    operations: ['CHANGE COLUMN', 'CHANGE COLUMN'],
    rewrites: 'never',
    add: (snapshot) => [
      withSchema(snapshot, (schema) => changeField(schema, 'payload', (field) => ({ ...field, nullable: false }))),
    ],
    drop: (snapshot) => [
      withSchema(snapshot, (schema) => changeField(schema, 'payload', (field) => ({ ...field, nullable: true }))),
    ],
  },
  {
    name: 'typeWidening',
    operations: ['CHANGE COLUMN', 'DROP FEATURE'],
    rewrites: 'to drop',
    add: (snapshot) => [
      typeOfM(snapshot, 'long', { 'delta.typeChanges': [{ fromType: 'integer', toType: 'long' }] }),
      { protocol: withFeature(snapshot.protocol, 'typeWidening', true) },
    ],
    drop: (snapshot) => [
      typeOfM(snapshot, 'integer', {}),
      { protocol: withoutFeature(snapshot.protocol, 'typeWidening') },
    ],
  },
  {
    name: 'overwriteSchema',
    operations: ['CREATE OR REPLACE TABLE AS SELECT', 'CREATE OR REPLACE TABLE AS SELECT'],
    rewrites: 'both ways',
    add: (snapshot) => [typeOfM(snapshot, 'string', {})],
    drop: (snapshot) => [typeOfM(snapshot, 'integer', {})],
  },
];
