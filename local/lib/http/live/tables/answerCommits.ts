import type { Context } from 'hono';
import { listCommits } from '../../../delta/listCommits.ts';
import { invalidArgument } from '../../../ingest/streamError.ts';
import type { CatalogTable } from '../../httpContext.ts';
import { limitOf } from './limitOf.ts';
import { wholeNumber } from './wholeNumber.ts';

const MOST_COMMITS = 500;
const DEFAULT_COMMITS = 50;

/** Answers `GET /api/local/tables/{name}/commits`. */
export async function answerCommits(request: Context, { path }: CatalogTable): Promise<Response> {
  const text = request.req.query('before');
  const before = text === undefined ? undefined : wholeNumber(text);
  if (before !== undefined && Number.isNaN(before)) {
    throw invalidArgument(`The parameter before must be a version, not ${text}.`);
  }
  const limit = limitOf(request.req, DEFAULT_COMMITS, MOST_COMMITS);
  return request.json(await listCommits(path, before, limit));
}
