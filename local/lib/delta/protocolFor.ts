import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import type { ProtocolAction } from './deltaAction.ts';

/** The lowest Delta protocol whose readers and writers understand the columns' types. */
export function protocolFor(columns: readonly DeltaColumn[]): ProtocolAction {
  const kinds = new Set<DeltaType['kind']>();
  for (const column of columns) {
    collectKinds(column.type, kinds);
  }
  const features: string[] = [];
  if (kinds.has('timestamp_ntz')) {
    features.push('timestampNtz');
  }
  if (kinds.has('variant')) {
    features.push('variantType');
  }
  return features.length === 0
    ? { minReaderVersion: 1, minWriterVersion: 2 }
    : {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: features,
        writerFeatures: ['appendOnly', 'invariants', ...features],
      };
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
