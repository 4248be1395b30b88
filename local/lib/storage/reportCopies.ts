import { fullTableName } from '../schema/deltaType.ts';
import type { IdentifiedTable } from './identifiedTable.ts';

/** Reports tables that have the same id in their Delta logs: one folder is a copy of the other. */
export function reportCopies(tables: readonly IdentifiedTable[], report: (message: string) => void): void {
  const namesById = new Map<string, string[]>();
  for (const { id, name } of tables) {
    namesById.set(id, [...(namesById.get(id) ?? []), fullTableName(name)]);
  }
  for (const [id, names] of namesById) {
    if (names.length > 1) {
      report(
        `${names.join(' and ')} have the same Delta id ${id}: one folder is a copy of the other. Each has its own ` +
          'write-ahead log and accepts its own rows. If that is not intended, stop zerobus-local and remove the copy.',
      );
    }
  }
}
