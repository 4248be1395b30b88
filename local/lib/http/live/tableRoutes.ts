import type { HttpBindings } from '@hono/node-server';
import type { Context, Handler } from 'hono';
import { QueryQueue } from '../../sql/queryQueue.ts';
import type { CatalogTable, HttpContext } from '../httpContext.ts';
import type { HttpRoute } from '../httpRoute.ts';
import { answerStart } from './start/answerStart.ts';
import { answerCheck } from './tables/answerCheck.ts';
import { answerCommits } from './tables/answerCommits.ts';
import { answerCreation } from './tables/answerCreation.ts';
import { answerQuery } from './tables/answerQuery.ts';
import { answerRows } from './tables/answerRows.ts';
import { tableDetail } from './tables/tableDetail.ts';
import { tableSummaries } from './tables/tableSummaries.ts';

/** How long a query may run, in ms. */
const MOST_QUERY_MS = 60_000;

/** What the live page shows of tables, and does with them. */
export function tableRoutes(context: HttpContext): readonly HttpRoute[] {
  const queries = new QueryQueue(MOST_QUERY_MS);
  const pages = new QueryQueue(MOST_QUERY_MS);
  return [
    {
      name: 'tables',
      title: 'All tables in short',
      method: 'GET',
      path: '/api/local/tables',
      handlers: [(request) => request.json(tableSummaries(context.store))],
    },
    {
      name: 'table',
      title: 'A table',
      method: 'GET',
      path: '/api/local/tables/:fullName',
      handlers: [onTable(context, (request, table) => request.json(tableDetail(context, table)))],
    },
    {
      name: 'rows',
      title: 'The newest rows of a table',
      method: 'GET',
      path: '/api/local/tables/:fullName/rows',
      handlers: [onTable(context, (request, table) => answerRows(request, context, table, pages))],
    },
    {
      name: 'commits',
      title: 'The commits of a table',
      method: 'GET',
      path: '/api/local/tables/:fullName/commits',
      handlers: [onTable(context, (request, table) => answerCommits(request, table))],
    },
    {
      name: 'start',
      title: 'Programs that write into a table',
      method: 'GET',
      path: '/api/local/start',
      handlers: [
        onTable(
          context,
          (request, table) => answerStart(request, context, table),
          ({ req }) => req.query('table'),
        ),
      ],
    },
    {
      name: 'createTables',
      title: 'CREATE TABLE',
      method: 'POST',
      path: '/api/local/tables',
      handlers: [(request) => answerCreation(request, context)],
    },
    {
      name: 'checkTables',
      title: 'What CREATE TABLE would do',
      method: 'POST',
      path: '/api/local/tables/check',
      handlers: [(request) => answerCheck(request, context)],
    },
    {
      name: 'query',
      title: 'The result of one SELECT',
      method: 'POST',
      path: '/api/local/query',
      handlers: [(request) => answerQuery(request, context, queries)],
    },
  ];
}

/** Answers for the table that the request names, with the commits that other writers have made. */
function onTable(
  context: HttpContext,
  answer: (request: Context<{ Bindings: HttpBindings }>, table: CatalogTable) => Response | Promise<Response>,
  nameOf: (request: Context) => string | undefined = ({ req }) => req.param('fullName'),
): Handler<{ Bindings: HttpBindings }> {
  return async (request) => {
    const fullName = nameOf(request) ?? '';
    if (context.findTable(fullName) !== undefined) {
      await context.store.refresh(fullName);
    }
    const table = context.findTable(fullName);
    if (table !== undefined) {
      return answer(request, table);
    }
    const problem = context.store.problem(fullName);
    return problem === undefined
      ? request.json({ error_code: 'TABLE_DOES_NOT_EXIST', message: `Table '${fullName}' does not exist.` }, 404)
      : request.json({ error_code: 'INVALID_STATE', message: problem.message }, 409);
  };
}
