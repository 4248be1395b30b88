import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { QueryError } from '../../../errors.ts';
import type { QueryView } from '../../../live/api/queryView.ts';
import type { QueryQueue } from '../../../sql/queryQueue.ts';
import { runQuery } from '../../../sql/runQuery.ts';
import type { HttpContext } from '../../httpContext.ts';
import { clientSignal } from './clientSignal.ts';
import { sqlOf } from './sqlOf.ts';

/** The most rows and bytes of a result. */
const bounds = { rows: 100_000, bytes: 32 * 1024 * 1024 };

/** Answers `POST /api/local/query`. */
export async function answerQuery(
  request: Context<{ Bindings: HttpBindings }>,
  { live, store }: HttpContext,
  queue: QueryQueue,
): Promise<Response> {
  const sql = await sqlOf(request.req);
  const unflushed: { readonly fullName: string; readonly rows: number }[] = [];
  try {
    const view = await queue.run(clientSignal(request), async (signal): Promise<QueryView> => {
      const startMs = performance.now();
      const { columns, rows, isCut } = await runQuery(live.settings.dataDir, sql, {
        bounds,
        signal,
        // Rows that can't be flushed are reported as such.
        beforeReading: (tables) => store.flushServed(tables).catch(() => undefined),
        onUnflushed: (fullName, waiting) => unflushed.push({ fullName, rows: waiting }),
      });
      return { columns, rows, isCut, durationMs: Math.round(performance.now() - startMs), unflushed };
    });
    return request.json(view);
  } catch (error) {
    if (error instanceof QueryError) {
      return request.json({ error_code: 'INVALID_PARAMETER_VALUE', message: error.message }, 400);
    }
    throw error;
  }
}
