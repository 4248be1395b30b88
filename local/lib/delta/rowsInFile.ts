import type { AddAction } from './deltaAction.ts';

/** The rows of a data file according to its statistics. Undefined if it has none, as files of other writers may. */
export function rowsInFile({ stats }: Pick<AddAction, 'stats'>): number | undefined {
  try {
    const { numRecords } = JSON.parse(stats ?? '{}') as { readonly numRecords?: unknown };
    return typeof numRecords === 'number' && numRecords >= 0 ? numRecords : undefined;
  } catch {
    return undefined;
  }
}
