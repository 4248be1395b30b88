import type { Context } from 'hono';
import type { Snippet } from '../../../live/api/snippet.ts';
import { fullTableName } from '../../../schema/deltaType.ts';
import type { CatalogTable, HttpContext } from '../../httpContext.ts';
import { goSnippet } from './goSnippet.ts';
import { javaSnippet } from './javaSnippet.ts';
import { pythonSnippet } from './pythonSnippet.ts';
import { rustSnippet } from './rustSnippet.ts';
import { sampleRecord } from './sampleRecord.ts';
import type { SnippetTarget } from './snippetTarget.ts';
import { typescriptSnippet } from './typescriptSnippet.ts';

/** Answers `GET /api/local/start?table=…`: programs that write a record into the table. */
export function answerStart(request: Context, context: HttpContext, { definition }: CatalogTable): Response {
  const { credentials, grpcPort, live } = context;
  const { protocol, hostname, origin } = new URL(request.req.url);
  const target: SnippetTarget = {
    endpoint: `${protocol}//${hostname}:${grpcPort() ?? ''}`,
    workspaceUrl: origin,
    tableName: fullTableName(definition),
    record: sampleRecord(definition, Date.now()),
    clientId: credentials?.clientId ?? 'local',
    clientSecret: credentials === undefined ? 'local' : undefined,
    caPath: live.settings.caPath,
  };
  const snippets: readonly Snippet[] = [
    typescriptSnippet(target),
    pythonSnippet(target),
    rustSnippet(target),
    goSnippet(target),
    javaSnippet(target),
  ];
  return request.json(snippets);
}
