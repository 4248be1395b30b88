import type { DeltaColumn, DeltaType } from './deltaType.ts';

/** The kinds of all types in the columns, with those of what is in arrays, maps and structs. */
export function kindsIn(columns: readonly DeltaColumn[]): ReadonlySet<DeltaType['kind']> {
  const kinds = new Set<DeltaType['kind']>();
  for (const { type } of columns) {
    collectKinds(type, kinds);
  }
  return kinds;
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
