import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DeltaLogError, TableDefinitionError } from '../errors.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { putIfAbsent } from '../files/putIfAbsent.ts';
import { checkLayout } from '../schema/checkLayout.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { fateOfProperty } from '../schema/keptProperties.ts';
import { type DeltaAction, ENGINE_INFO } from './deltaAction.ts';
import { DeltaSnapshot } from './deltaSnapshot.ts';
import { commitPath, LOG_FOLDER } from './logFileName.ts';
import { protocolFor } from './protocolFor.ts';
import { tableDomains, tableMetadata } from './tableMetadata.ts';

/**
 * Creates an empty Delta table: version 0 of its log.
 *
 * @throws {@link DeltaLogError} if there is already a table
 * @throws {@link TableDefinitionError} if it can't be partitioned or clustered as declared, or if a property turns on a
 * feature that zerobus-local lacks
 */
export async function createDeltaTable(tablePath: string, declared: DeltaTable): Promise<DeltaSnapshot> {
  const table = checkLayout(declared);
  checkProperties(table);
  const now = Date.now();
  const metadata = tableMetadata(table);
  const actions: readonly DeltaAction[] = [
    {
      commitInfo: {
        timestamp: now,
        operation: 'CREATE TABLE',
        operationParameters: {
          isManaged: 'false',
          partitionBy: JSON.stringify(metadata.partitionColumns),
          properties: JSON.stringify(metadata.configuration),
        },
        isBlindAppend: true,
        engineInfo: ENGINE_INFO,
      },
    },
    { protocol: protocolFor(table.columns, table) },
    {
      metaData: {
        id: randomUUID(),
        format: { provider: 'parquet', options: {} },
        ...metadata,
        createdTime: now,
      },
    },
    ...tableDomains(table).map((domainMetadata) => ({ domainMetadata })),
  ];
  await makeDurableDirectory(join(tablePath, LOG_FOLDER));
  const content = actions.map((action) => `${JSON.stringify(action)}\n`).join('');
  if (!(await putIfAbsent(commitPath(tablePath, 0), content))) {
    throw new DeltaLogError(`There is already a Delta table at ${tablePath}. Use another name, or delete that folder.`);
  }
  const snapshot = new DeltaSnapshot(tablePath);
  for (const action of actions) {
    snapshot.apply(action);
  }
  snapshot.version = 0;
  return snapshot;
}

function checkProperties(table: DeltaTable): void {
  const wrong = Object.entries(table.properties ?? {}).find(([key, value]) => fateOfProperty(key, value) !== 'kept');
  if (wrong !== undefined) {
    throw new TableDefinitionError(
      `${fullTableName(table)} can't have the property ${wrong.join(' = ')}, as zerobus-local lacks what it turns on. Omit it.`,
    );
  }
}
