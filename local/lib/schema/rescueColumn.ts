import type { DeltaColumn } from './deltaType.ts';

/** The tag of the column that takes what does not fit the others. */
const RESCUE_TAG = 'zerobus-rescue';

/** The column that takes the fields of JSON records that don't fit the table. Undefined if the table has none. */
export function rescueColumn(columns: readonly DeltaColumn[]): DeltaColumn | undefined {
  return columns.find(isTagged);
}

/** @returns why the tagged columns can't be rescue columns, as a sentence; undefined if they can */
export function rescueColumnProblem(columns: readonly DeltaColumn[]): string | undefined {
  const tagged = columns.filter(isTagged);
  if (tagged.length > 1) {
    const names = tagged.map(({ name }) => name).join(' and ');
    return `Only one column can have the tag ${RESCUE_TAG}, but ${names} have it. Remove it from the others.`;
  }
  const [column] = tagged;
  if (column === undefined || (column.type.kind === 'variant' && column.nullable)) {
    return undefined;
  }
  return `The column ${column.name} can't have the tag ${RESCUE_TAG}. A rescue column is a VARIANT that may be NULL.`;
}

function isTagged({ tags }: DeltaColumn): boolean {
  return tags !== undefined && Object.hasOwn(tags, RESCUE_TAG);
}
