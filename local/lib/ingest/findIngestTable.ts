import { status } from '@grpc/grpc-js';
import { UnwritableTableError } from '../errors.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import { checkTableAccess } from './checkTableAccess.ts';
import type { IngestParts } from './ingestParts.ts';
import { invalidArgument, StreamError } from './streamError.ts';

/** The header that names the table of a request. */
export const TABLE_NAME_HEADER = 'x-databricks-zerobus-table-name';

const fullNamePattern = /^[A-Za-z0-9_]+\.[A-Za-z0-9_]+\.[A-Za-z0-9_]+$/;

/**
 * Checks the name of a table.
 *
 * @throws {@link StreamError} `INVALID_ARGUMENT` if it is malformed
 */
export function checkTableName(tableName: string): void {
  if (!fullNamePattern.test(tableName)) {
    throw invalidArgument(
      `The table name ${JSON.stringify(tableName)} is malformed. Use catalog.schema.table in ASCII letters, digits and underscores.`,
    );
  }
}

/**
 * Finds the table that a client wants to write into.
 *
 * @param authorization the client's `authorization` header
 * @throws {@link StreamError} with the service's status if the client may not write into it, if it takes no records at
 * present, or if it does not exist
 */
export function findIngestTable(tableName: string, authorization: string | undefined, parts: IngestParts): DeltaTable {
  if (parts.tokens !== undefined) {
    checkTableAccess(parts.tokens, authorization, tableName);
  }
  const problem = parts.tableProblem(tableName);
  if (problem !== undefined) {
    throw problem instanceof UnwritableTableError
      ? invalidArgument(problem.message)
      : new StreamError(status.UNAVAILABLE, problem.message);
  }
  const definition = parts.findTable(tableName);
  if (definition === undefined) {
    const served = parts.tableNames();
    throw new StreamError(
      status.NOT_FOUND,
      `The table ${tableName} does not exist. ${served.length === 0 ? 'This server has no tables.' : `This server has: ${served.join(', ')}.`}`,
    );
  }
  return definition;
}
