import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { TOKEN_EXCHANGE } from '../auth/tokenExchange.ts';
import type { HttpContext } from './httpContext.ts';
import type { HttpRoute } from './httpRoute.ts';
import { answerTokenRequest } from './tokenEndpoint.ts';

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

/**
 * The documents that lead clients to the token endpoint: the workspace's own, and the two places that RFC 8414 and
 * OpenID Connect Discovery derive from its issuer.
 */
const metadataPaths = {
  oauthMetadata: '/oidc/.well-known/oauth-authorization-server',
  openIdConfiguration: '/oidc/.well-known/openid-configuration',
  oauthMetadataOfIssuer: '/.well-known/oauth-authorization-server/oidc',
  oauthMetadataOfHost: '/.well-known/oauth-authorization-server',
};

/** The OAuth endpoints of a workspace: tokens, and what discovery finds. */
export function oauthRoutes(context: HttpContext): readonly HttpRoute[] {
  return [
    {
      name: 'tokens',
      title: 'OAuth tokens',
      method: 'POST',
      path: '/oidc/v1/token',
      handlers: [formLimit, (request) => answerTokenRequest(request, context)],
    },
    ...Object.entries(metadataPaths).map(
      ([name, path]): HttpRoute => ({
        name,
        title: 'OAuth metadata',
        method: 'GET',
        path,
        handlers: [answerMetadataRequest],
      }),
    ),
    {
      // The newest Databricks SDKs look here first.
      name: 'databricksConfig',
      title: 'OAuth metadata',
      method: 'GET',
      path: '/.well-known/databricks-config',
      handlers: [(request) => request.json({ oidc_endpoint: issuerOf(request), workspace_id: context.workspaceId })],
    },
    {
      // Access tokens are opaque, so their key is not published.
      name: 'keys',
      title: 'OAuth keys',
      method: 'GET',
      path: '/oidc/jwks.json',
      handlers: [(request) => request.json({ keys: [] })],
    },
    {
      name: 'authorize',
      title: 'OAuth sign-in',
      method: 'GET',
      path: '/oidc/v1/authorize',
      handlers: [refuseSignIn],
    },
  ];
}

function refuseSignIn(request: Context): Response {
  return request.json(
    {
      error: 'unsupported_response_type',
      error_description:
        'zerobus-local has no users who could sign in. Get a token from POST /oidc/v1/token with a client id and a secret.',
    },
    400,
  );
}

/** The address under which the client has reached the server, which may be behind a port mapping. */
function issuerOf(request: Context): string {
  return `${new URL(request.req.url).origin}/oidc`;
}

function answerMetadataRequest(request: Context): Response {
  const issuer = issuerOf(request);
  return request.json({
    issuer,
    token_endpoint: `${issuer}/v1/token`,
    authorization_endpoint: `${issuer}/v1/authorize`,
    jwks_uri: `${issuer}/jwks.json`,
    grant_types_supported: ['client_credentials', TOKEN_EXCHANGE],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    scopes_supported: ['all-apis'],
    response_types_supported: [],
    authorization_details_types_supported: ['unity_catalog_privileges'],
  });
}
