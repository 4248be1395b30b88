import type { HonoRequest } from 'hono';
import { invalidArgument } from '../../../ingest/streamError.ts';

/**
 * The statement of a request with the body `{ "sql": "…" }`.
 *
 * @throws {@link StreamError} `INVALID_ARGUMENT` if the body is another one
 */
export async function sqlOf(request: HonoRequest): Promise<string> {
  const body: unknown = await request.json().catch(() => undefined);
  const sql = typeof body === 'object' && body !== null && 'sql' in body ? body.sql : undefined;
  if (typeof sql !== 'string') {
    throw invalidArgument('Send a JSON object with the statement: { "sql": "…" }.');
  }
  return sql;
}
