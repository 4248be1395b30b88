import { fullTableName } from '../schema/deltaType.ts';
import type { IdentifiedTable } from './identifiedTable.ts';

/** Reports tables with the same id in their Delta logs: one folder is a copy of the other. */
export function reportCopies(tables: readonly IdentifiedTable[], report: (message: string) => void): void {
  const namesById = new Map<string, string[]>();
  for (const { id, name } of tables) {
    namesById.set(id, [...(namesById.get(id) ?? []), fullTableName(name)]);
  }
  for (const [id, names] of namesById) {
    if (names.length > 1) {
      report(
        `${names.join(' and ')} have the same Delta id ${id}: one folder is a copy of the other. Each of them has a write-ahead log ` +
          'of its own, and takes rows of its own',
      );
    }
  }
}
