import type { Context } from 'hono';
import { catalogRefusal } from './catalogRefusal.ts';
import { definitionRefusal } from './definitionRefusal.ts';
import type { HttpContext } from './httpContext.ts';
import { unityCatalogTable } from './unityCatalogTable.ts';

/**
 * Answers `POST /api/local/alter`, which Databricks does not have. The body is one `ALTER TABLE` statement, and the
 * answer is the altered table in Unity Catalog's JSON.
 */
export async function answerAlterRequest(request: Context, context: HttpContext): Promise<Response> {
  const refusal = catalogRefusal(request, context);
  if (refusal !== undefined) {
    return refusal;
  }
  try {
    return request.json(unityCatalogTable(await context.alterTable(await request.req.text())));
  } catch (error) {
    if (error instanceof RangeError) {
      return request.json({ error_code: 'TABLE_DOES_NOT_EXIST', message: error.message }, 404);
    }
    return definitionRefusal(request, error);
  }
}
