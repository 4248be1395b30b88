import type { Context } from 'hono';
import { TableDefinitionError, TableStoreError } from '../errors.ts';

/**
 * The response to a statement that defines a table and is refused.
 *
 * @throws the error if it has another reason
 */
export function definitionRefusal(request: Context, error: unknown): Response {
  if (error instanceof TableDefinitionError) {
    return request.json({ error_code: 'INVALID_PARAMETER_VALUE', message: error.message }, 400);
  }
  if (error instanceof TableStoreError) {
    return request.json({ error_code: 'INVALID_STATE', message: error.message }, 409);
  }
  throw error;
}
