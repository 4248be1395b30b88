import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { answerAlterRequest } from './alterEndpoint.ts';
import type { HttpContext } from './httpContext.ts';
import { answerTokenRequest } from './tokenEndpoint.ts';
import { unityCatalogTable } from './unityCatalogTable.ts';

/** More than any token request needs. */
const MAX_FORM_BYTES = 1024 * 1024;

const formLimit = bodyLimit({
  maxSize: MAX_FORM_BYTES,
  onError: (request) =>
    request.json(
      { error: 'invalid_request', error_description: `The form has more than ${MAX_FORM_BYTES} bytes.` },
      413,
    ),
});

/** Makes the HTTP endpoints: OAuth tokens, Unity Catalog's tables, and `GET /health`. */
export function httpApplication(context: HttpContext, onError: (error: unknown) => void): Hono {
  const application = new Hono();
  application.get('/health', (request) => request.json({ status: 'ok' }));
  application.post('/oidc/v1/token', formLimit, (request) => answerTokenRequest(request, context));
  application.get('/api/2.1/unity-catalog/tables/:fullName', (request) => answerTableRequest(request, context));
  application.post('/api/local/alter', formLimit, (request) => answerAlterRequest(request, context));
  application.notFound((request) =>
    request.json(
      {
        error_code: 'ENDPOINT_NOT_FOUND',
        message: `zerobus-local does not serve ${request.req.method} ${request.req.path}.`,
      },
      404,
    ),
  );
  application.onError((error, request) => {
    onError(error);
    return request.json({ error_code: 'INTERNAL_ERROR', message: error.message }, 500);
  });
  return application;
}

function answerTableRequest(request: Context, context: HttpContext): Response {
  if (
    context.requiresAuth &&
    context.tokens.findByHeader(request.req.header('authorization'))?.use !== 'unity-catalog'
  ) {
    const message =
      'Send a token from POST /oidc/v1/token with scope all-apis and without a resource. A token for ingesting is not accepted here.';
    return request.json({ error_code: 'UNAUTHENTICATED', message }, 401);
  }
  const fullName = request.req.param('fullName') ?? '';
  const table = context.findTable(fullName);
  if (table === undefined) {
    return request.json({ error_code: 'TABLE_DOES_NOT_EXIST', message: `Table '${fullName}' does not exist.` }, 404);
  }
  return request.json(unityCatalogTable(table));
}
