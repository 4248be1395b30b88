import type { Context } from 'hono';
import { TableDefinitionError, TableStoreError } from '../errors.ts';
import { catalogRefusal } from './catalogRefusal.ts';
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
    if (error instanceof TableDefinitionError) {
      return request.json({ error_code: 'INVALID_PARAMETER_VALUE', message: error.message }, 400);
    }
    if (error instanceof TableStoreError) {
      return request.json({ error_code: 'INVALID_STATE', message: error.message }, 409);
    }
    throw error;
  }
}
