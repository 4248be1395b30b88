import { TableStoreError } from '../errors.ts';
import { tableFolder } from '../files/dataPaths.ts';
import { type DeltaColumn, type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { migrateColumns } from '../schema/migrateColumns.ts';
import { rescueColumnProblem } from '../schema/rescueColumn.ts';
import { sqlTypeText } from '../schema/sqlTypeText.ts';
import { declarationProblem } from './declarationProblem.ts';

/**
 * Checks that a table can become what its new declaration says.
 *
 * @throws {@link TableStoreError} if it can't
 */
export function checkDeclaration(dataDir: string, declared: DeltaTable, existing: DeltaTable): void {
  const { columns, problems } = migrateColumns(existing.columns, declared.columns);
  if (problems.length > 0) {
    throw new TableStoreError(
      `${fullTableName(declared)} is declared with columns that differ from those in ${dataDir}: it has ` +
        `(${columnsText(existing)}), but is declared as (${columnsText(declared)}). These differences can't be made up ` +
        `for: ${problems.join('; ')}. Only nullable columns are added to a table. Declare the columns that it has, use ` +
        `another name, or delete ${tableFolder(dataDir, existing)} to start again.`,
    );
  }
  const problem = declarationProblem(declared, existing);
  if (problem !== undefined) {
    throw new TableStoreError(
      `${fullTableName(declared)} is declared otherwise than it is in ${dataDir}: ${problem}. Declare it as it is, use ` +
        `another name, or delete ${tableFolder(dataDir, existing)} to start again.`,
    );
  }
  checkRescueColumn(declared, columns);
}

/**
 * Checks that the columns of a table can hold what doesn't fit the others.
 *
 * @throws {@link TableStoreError} if they can't
 */
export function checkRescueColumn(table: DeltaTable, columns: readonly DeltaColumn[]): void {
  const problem = rescueColumnProblem(columns);
  if (problem !== undefined) {
    throw new TableStoreError(`${fullTableName(table)} can't be declared like that: ${problem}`);
  }
}

function columnsText(definition: DeltaTable): string {
  return definition.columns
    .map(({ name, type, nullable }) => `${name} ${sqlTypeText(type)}${nullable ? '' : ' not null'}`)
    .join(', ');
}
