import { join } from 'node:path';
import { readTable } from 'zerobus-local';
import { chaosTableNames } from '../chaosTable.ts';
import { inspectFolder } from './inspectFolder.ts';
import { readByDeltaRs } from './readByDeltaRs.ts';

/** What readers have found in a data directory. */
export interface TablesReading {
  /** The numbers of all rows, table by table, in the order in which they arrived. */
  readonly numbers: readonly number[];
  /** Everything that is wrong with the tables and the folder, and readers that disagree. */
  readonly problems: readonly string[];
}

/**
 * Reads the tables with the reader of the torture, which shares no code with the server and knows the order of the
 * rows; with that of zerobus-local; and with delta-rs, if `npm run verify:delta` has installed it.
 */
export async function readTables(dataDir: string): Promise<TablesReading> {
  const paths = chaosTableNames.map((name) => join(dataDir, 'tables', 'main', 'chaos', name));
  const inspected = await inspectFolder(dataDir, paths);
  const problems = [...inspected.problems];
  const ours = await Promise.all(paths.map(readByUs));
  const readings = { 'zerobus-local': ours, 'delta-rs': await readByDeltaRs(paths) };
  for (const [reader, tables] of Object.entries(readings)) {
    for (const [index, numbers] of (tables ?? []).entries()) {
      const expected = inspected.numbers[index] ?? [];
      if (!isSame(numbers, expected)) {
        problems.push(
          `${reader} reads other rows of ${chaosTableNames[index]}: ${numbers.length}, not ${expected.length}.`,
        );
      }
    }
  }
  return { numbers: inspected.numbers.flat(), problems };
}

async function readByUs(path: string): Promise<readonly number[]> {
  const { rows } = await readTable(path, 'SELECT n FROM this');
  return rows.map(([number]) => Number(number));
}

/** Whether the same numbers occur as often, in any order. */
function isSame(one: readonly number[], other: readonly number[]): boolean {
  const [sorted, expected] = [Float64Array.from(one).sort(), Float64Array.from(other).sort()];
  return sorted.length === expected.length && sorted.every((number, index) => number === expected[index]);
}
