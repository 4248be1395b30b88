import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { DOCUMENTATION, VERSION } from '../version.ts';
import type { HttpContext } from './httpContext.ts';
import type { HttpRoute } from './httpRoute.ts';

/** Answers `GET /` with what this is and what it serves, as text or as JSON. */
export function answerDescription(request: Context, context: HttpContext, routes: readonly HttpRoute[]): Response {
  const { protocol, hostname, origin } = new URL(request.req.url);
  const grpcPort = context.grpcPort();
  const endpoints: readonly Endpoint[] = [
    ...(grpcPort === undefined
      ? []
      : [{ name: 'grpc', title: 'gRPC (Zerobus)', url: `${protocol}//${hostname}:${grpcPort}` }]),
    { name: 'page', title: 'Live page', method: 'GET', url: `${origin}/` },
    ...routes.map(({ name, title, method, path }) => ({
      name,
      title,
      method,
      url: `${origin}${path.replace(':fullName', '{full name}')}`,
    })),
  ];
  const description = {
    name: 'zerobus-local',
    version: VERSION,
    endpoints: Object.fromEntries(endpoints.map(({ name, url }) => [name, url])),
    // With credentials, only the client that has them may know the tables.
    ...(context.credentials === undefined ? { tables: context.tableNames() } : {}),
    documentation: DOCUMENTATION,
  };
  request.header('vary', 'accept');
  const supports = ['text/plain', 'application/json'];
  return accepts(request, { header: 'Accept', supports, default: 'text/plain' }) === 'application/json'
    ? request.json(description)
    : request.text(describe(endpoints, description.tables));
}

interface Endpoint {
  readonly name: string;
  readonly title: string;
  /** Undefined for gRPC. */
  readonly method?: string;
  readonly url: string;
}

function describe(endpoints: readonly Endpoint[], tables: readonly string[] | undefined): string {
  const tableLines =
    tables?.length === 0 ? ['No tables yet.'] : ['Tables:', ...(tables ?? []).map((table) => `  ${table}`)];
  const width = Math.max(...endpoints.map(({ title }) => title.length));
  return [
    `zerobus-local ${VERSION}: a Zerobus for development and tests.`,
    '',
    ...endpoints.map(({ title, method, url }) =>
      [title.padEnd(width), ' ', ...(method === undefined ? [] : [method]), url].join(' '),
    ),
    '',
    ...(tables === undefined ? [] : [...tableLines, '']),
    `Documentation: ${DOCUMENTATION}`,
    '',
  ].join('\n');
}
