import type { Context } from 'hono';
import { fullTableName } from '../../../schema/deltaType.ts';
import { definitionRefusal } from '../../definitionRefusal.ts';
import type { HttpContext } from '../../httpContext.ts';
import { sqlOf } from './sqlOf.ts';
import { tableSummary } from './tableSummaries.ts';

/** Answers `POST /api/local/tables`. */
export async function answerCreation(request: Context, { createTables, store }: HttpContext): Promise<Response> {
  const sql = await sqlOf(request.req);
  try {
    const tables = await createTables(sql);
    return request.json(tables.map(({ definition }) => tableSummary(store, fullTableName(definition))));
  } catch (error) {
    return definitionRefusal(request, error);
  }
}
