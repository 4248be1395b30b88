import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from '../row.ts';
import { picture } from './picture.ts';
import { ratios } from './ratios.ts';
import { ratiosTable } from './ratiosTable.ts';
import { rowsTable } from './rowsTable.ts';

/** Writes the report: `results.md` with the tables, and `results.svg` with the picture. */
export async function writeResults(folder: string, rows: readonly Row[], machine: string): Promise<void> {
  const rounds = Math.max(...rows.map((row) => row.rounds));
  const text = [
    '# Results',
    '',
    `${machine}. Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}. What is measured and how: [README](../README.md).`,
    '',
    '![Records per second and CPU per record](results.svg)',
    '',
    '## Targets',
    '',
    ratiosTable(ratios(rows)),
    '',
    '## Measured',
    '',
    rowsTable(rows),
    '',
  ].join('\n');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'results.md'), text);
  await writeFile(join(folder, 'results.svg'), picture(rows, machine));
}
