import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { DOCUMENTATION, VERSION } from '../version.ts';
import type { HttpContext } from './httpContext.ts';

/** Answers `GET /` with what this is and what it serves, as text or as JSON. */
export function answerDescription(request: Context, context: HttpContext): Response {
  const { protocol, hostname, origin } = new URL(request.req.url);
  const grpcPort = context.grpcPort();
  const description = {
    name: 'zerobus-local',
    version: VERSION,
    endpoints: {
      ...(grpcPort === undefined ? {} : { grpc: `${protocol}//${hostname}:${grpcPort}` }),
      restIngest: `${origin}/zerobus/v1/tables/{full name}/insert`,
      tokens: `${origin}/oidc/v1/token`,
      unityCatalog: `${origin}/api/2.1/unity-catalog/tables/{full name}`,
      health: `${origin}/health`,
    },
    // With credentials, only the client that has them may know the tables.
    ...(context.credentials === undefined ? { tables: context.tableNames() } : {}),
    documentation: DOCUMENTATION,
  };
  request.header('vary', 'accept');
  const supports = ['text/plain', 'application/json'];
  return accepts(request, { header: 'Accept', supports, default: 'text/plain' }) === 'application/json'
    ? request.json(description)
    : request.text(describe(description));
}

interface Description {
  readonly name: string;
  readonly version: string;
  readonly endpoints: {
    readonly grpc?: string;
    readonly restIngest: string;
    readonly tokens: string;
    readonly unityCatalog: string;
    readonly health: string;
  };
  readonly tables?: readonly string[];
  readonly documentation: string;
}

function describe({ name, version, endpoints, tables, documentation }: Description): string {
  const tableLines =
    tables?.length === 0 ? ['No tables yet.'] : ['Tables:', ...(tables ?? []).map((table) => `  ${table}`)];
  return [
    `${name} ${version}: a Zerobus for development and tests.`,
    '',
    ...(endpoints.grpc === undefined ? [] : [`gRPC (Zerobus)  ${endpoints.grpc}`]),
    `REST ingest     POST ${endpoints.restIngest}`,
    `OAuth tokens    POST ${endpoints.tokens}`,
    `Unity Catalog   GET ${endpoints.unityCatalog}`,
    `Health          GET ${endpoints.health}`,
    '',
    ...(tables === undefined ? [] : [...tableLines, '']),
    `Documentation: ${documentation}`,
    '',
  ].join('\n');
}
