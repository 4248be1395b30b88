import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { StreamError } from '../ingest/streamError.ts';
import { answerAlterRequest } from './alterEndpoint.ts';
import { catalogRefusal } from './catalogRefusal.ts';
import type { HttpContext } from './httpContext.ts';
import type { HttpRoute } from './httpRoute.ts';
import type { LiveSite } from './liveSite.ts';
import { neverStored } from './neverStored.ts';
import { oauthRoutes } from './oauthRoutes.ts';
import { refuseOtherSites } from './refuseOtherSites.ts';
import { reportRefusals } from './reportRefusals.ts';
import { restError } from './restError.ts';
import type { RestIngest } from './restIngest.ts';
import { clientLeft } from './restRequest.ts';
import { answerDescription } from './serverDescription.ts';
import { statementLimit } from './statementLimit.ts';
import { unityCatalogTable } from './unityCatalogTable.ts';

const INSERT_PATH = '/zerobus/v1/tables/:fullName/insert';

/**
 * Makes the HTTP endpoints: REST ingest, OAuth tokens, Unity Catalog's tables, `ALTER TABLE`, `GET /health`, the
 * live page with what it reads, and `GET /`, which is this page for browsers, and describes the server to programs.
 */
export function httpApplication(
  context: HttpContext,
  rest: RestIngest,
  live: LiveSite,
  onError: (error: unknown) => void,
): Hono<{ Bindings: HttpBindings }> {
  // A workspace URL with a slash at its end doubles the slash of a path.
  const application = new Hono<{ Bindings: HttpBindings }>({
    getPath: ({ url }) => new URL(url).pathname.replaceAll(/\/{2,}/g, '/'),
  });
  application.use(reportRefusals(context.activity));
  application.use('/api/local/*', neverStored);
  application.use(refuseOtherSites(context.sites));
  application.use(live.guard);
  const routes = routesOf(context, rest, live);
  application.get('/', (request) => {
    return live.answerPage(request) ?? answerDescription(request, context, routes);
  });
  application.get('/page/:file', (request) => {
    return live.answerFile(request, request.req.param('file')) ?? request.notFound();
  });
  for (const { method, path, handlers } of [...routes, ...live.routes]) {
    application.on(method, [path], ...handlers);
  }
  application.all(INSERT_PATH, ({ req }) => onlyPost(req.method));
  application.notFound((request) =>
    request.json(
      {
        error_code: 'ENDPOINT_NOT_FOUND',
        message: `zerobus-local does not serve ${request.req.method} ${request.req.path}. GET ${new URL('/', request.req.url)} lists what it serves.`,
      },
      404,
    ),
  );
  application.onError((error, request) => {
    if (error instanceof StreamError) {
      return restError(error);
    }
    const { incoming } = request.env;
    if (incoming.destroyed && !incoming.complete) {
      return restError(clientLeft());
    }
    onError(error);
    return request.json({ error_code: 'INTERNAL_ERROR', message: error.message }, 500);
  });
  return application;
}

/** All that `GET /` lists. One of them lists what the live page reads. */
function routesOf(context: HttpContext, rest: RestIngest, live: LiveSite): readonly HttpRoute[] {
  return [
    {
      name: 'restIngest',
      title: 'REST ingest',
      method: 'POST',
      path: INSERT_PATH,
      handlers: [({ req, env }) => rest.answer(req.param('fullName') ?? '', env.incoming, env.outgoing)],
    },
    {
      name: 'unityCatalog',
      title: 'Unity Catalog',
      method: 'GET',
      path: '/api/2.1/unity-catalog/tables/:fullName',
      handlers: [(request) => answerTableRequest(request, context)],
    },
    {
      name: 'alterTable',
      title: 'ALTER TABLE',
      method: 'POST',
      path: '/api/local/alter',
      handlers: [statementLimit, (request) => answerAlterRequest(request, context)],
    },
    {
      name: 'live',
      title: 'Live page as JSON',
      method: 'GET',
      path: '/api/local',
      handlers: [(request) => request.json(live.routes.map(({ title, method, path }) => ({ title, method, path })))],
    },
    ...oauthRoutes(context),
    {
      name: 'health',
      title: 'Health',
      method: 'GET',
      path: '/health',
      handlers: [(request) => request.json({ status: 'ok' })],
    },
  ];
}

function answerTableRequest(request: Context, context: HttpContext): Response {
  const refusal = catalogRefusal(request, context);
  if (refusal !== undefined) {
    return refusal;
  }
  const fullName = request.req.param('fullName') ?? '';
  const table = context.findTable(fullName);
  if (table === undefined) {
    return request.json({ error_code: 'TABLE_DOES_NOT_EXIST', message: `Table '${fullName}' does not exist.` }, 404);
  }
  return request.json(unityCatalogTable(table));
}

function onlyPost(method: string): Response {
  const message = `Records are sent with POST, not ${method}.`;
  return Response.json({ error_code: 'METHOD_NOT_ALLOWED', message }, { status: 405, headers: { allow: 'POST' } });
}
