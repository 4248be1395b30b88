import type { Context } from 'hono';
import type { DdlCheck } from '../../../live/api/tableView.ts';
import { fullTableName } from '../../../schema/deltaType.ts';
import type { HttpContext } from '../../httpContext.ts';
import { columnViews } from './columnView.ts';
import { sqlOf } from './sqlOf.ts';

/** Answers `POST /api/local/tables/check`. */
export async function answerCheck(request: Context, context: HttpContext): Promise<Response> {
  const { problem, tables, notes } = context.checkTables(await sqlOf(request.req));
  const check: DdlCheck = {
    ...(problem === undefined ? {} : { problem, ...placeOf(problem) }),
    tables: tables.map(({ definition, exists }) => ({
      fullName: fullTableName(definition),
      columns: columnViews(definition),
      exists,
    })),
    notes,
  };
  return request.json(check);
}

/** Problems of a statement begin with their place. */
function placeOf(problem: string): Pick<DdlCheck, 'line' | 'column'> {
  const [, line, column] = /^Line (\d+), column (\d+):/.exec(problem) ?? [];
  return line === undefined ? {} : { line: Number(line), column: Number(column) };
}
