import type { TableDetail } from '../../../live/api/tableView.ts';
import { createTableSql } from '../../../schema/createTableSql.ts';
import { fullTableName } from '../../../schema/deltaType.ts';
import type { CatalogTable, HttpContext } from '../../httpContext.ts';
import { columnViews } from './columnView.ts';
import { readerLines } from './readerLines.ts';
import { tableSummary } from './tableSummaries.ts';

/** All about a table but its rows. */
export function tableDetail({ store, live }: HttpContext, { definition, tableId, path }: CatalogTable): TableDetail {
  const { clusterColumns = [], properties = {} } = definition;
  return {
    ...tableSummary(store, fullTableName(definition)),
    tableId,
    path,
    columns: columnViews(definition),
    clusterColumns: clusterColumns === 'auto' ? ['AUTO'] : clusterColumns,
    properties,
    ddl: createTableSql(definition),
    readers: readerLines(live.settings.dataDir, definition, path),
  };
}
