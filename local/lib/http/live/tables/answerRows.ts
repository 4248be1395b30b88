import { status } from '@grpc/grpc-js';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { firstLine } from '../../../firstLine.ts';
import { invalidArgument, StreamError } from '../../../ingest/streamError.ts';
import { fullTableName } from '../../../schema/deltaType.ts';
import type { QueryQueue } from '../../../sql/queryQueue.ts';
import { readCursor } from '../../../sql/rowsCursor.ts';
import type { CatalogTable, HttpContext } from '../../httpContext.ts';
import { clientSignal } from './clientSignal.ts';
import { limitOf } from './limitOf.ts';
import { type RowsRequest, rowsPage } from './rowsPage.ts';

const MOST_ROWS = 1000;
const DEFAULT_ROWS = 100;

/** Answers `GET /api/local/tables/{name}/rows`. */
export async function answerRows(
  request: Context<{ Bindings: HttpBindings }>,
  { store }: HttpContext,
  { definition }: CatalogTable,
  queue: QueryQueue,
): Promise<Response> {
  const wanted = rowsRequest(request, definition);
  const fullName = fullTableName(definition);
  const page = await queue
    .run(clientSignal(request), (signal) => rowsPage(store, definition, fullName, wanted, signal))
    .catch((error: unknown) => {
      throw error instanceof StreamError ? error : unreadable(fullName, error);
    });
  if (page === undefined) {
    const message =
      'The rows of this cursor were rewritten meanwhile. Read again from the newest rows, without a cursor.';
    return request.json({ error_code: 'CURSOR_EXPIRED', message }, 410);
  }
  return request.json(page);
}

function rowsRequest({ req }: Context, { columns }: CatalogTable['definition']): RowsRequest {
  const { cursor: cursorText, column, contains } = req.query();
  const cursor = cursorText === undefined ? undefined : readCursor(cursorText);
  if (cursorText !== undefined && cursor === undefined) {
    throw invalidArgument('The cursor is none of this server. Send the nextCursor of an answer, or none.');
  }
  if (column !== undefined && !columns.some(({ name }) => name === column)) {
    throw invalidArgument(
      `There is no column ${column}. The columns are: ${columns.map(({ name }) => name).join(', ')}.`,
    );
  }
  if ((column === undefined) !== (contains === undefined)) {
    throw invalidArgument('A filter needs both, column and contains.');
  }
  return {
    limit: limitOf(req, DEFAULT_ROWS, MOST_ROWS),
    cursor,
    filter: column === undefined || contains === undefined || contains === '' ? undefined : { column, contains },
  };
}

function unreadable(fullName: string, cause: unknown): StreamError {
  return new StreamError(status.INTERNAL, `The rows of ${fullName} can't be read: ${firstLine(cause)}`);
}
