import type { Context } from 'hono';
import { checkCredentials, readCredentials } from '../auth/clientCredentials.ts';
import { ingestGrant } from '../auth/ingestGrant.ts';
import { ACCESS_TOKEN_TYPE, checkTokenExchange, TOKEN_EXCHANGE } from '../auth/tokenExchange.ts';
import { type TokenGrant, tablesOf } from '../auth/tokenGrant.ts';
import { invalidRequest, TokenRequestError } from '../auth/tokenRequestError.ts';
import type { HttpContext } from './httpContext.ts';

const ALL_APIS = 'all-apis';
const formPattern = /^application\/x-www-form-urlencoded *(;|$)/i;

/** Answers `POST /oidc/v1/token` like a Databricks workspace: OAuth client credentials and token exchange. */
export async function answerTokenRequest(request: Context, context: HttpContext): Promise<Response> {
  const { faults, activity } = context;
  const fault = faults.onTokenRequest();
  if (fault === 'hang') {
    return new Promise<Response>(() => undefined);
  }
  try {
    if (fault !== undefined && fault !== 'dead') {
      activity.count('tokensRefused');
      return json(
        { error: fault.error ?? 'injected_fault', error_description: 'Failed by an injected fault.' },
        fault.httpStatus,
      );
    }
    const form = new URLSearchParams(await request.req.text());
    const grant = context.requiresAuth ? checkTokenRequest(request, form, context) : anyGrant(request, form, context);
    const ttlMs = fault === 'dead' ? 0 : context.tokenTtlMs;
    activity.count('tokensIssued');
    const isExchange = form.get('grant_type') === TOKEN_EXCHANGE;
    activity.report({
      type: 'tokenIssued',
      use: grant.use,
      tables: tablesOf(grant),
      grantType: isExchange ? 'token-exchange' : 'client_credentials',
      clientId: clientIdOf(request.req.header('authorization'), form, context),
      userAgent: request.req.header('user-agent') ?? '',
      lifetimeMs: ttlMs,
    });
    return json({
      access_token: context.tokens.issue(grant, ttlMs),
      ...(isExchange ? { issued_token_type: ACCESS_TOKEN_TYPE } : {}),
      scope: ALL_APIS,
      token_type: 'Bearer',
      expires_in: Math.floor(ttlMs / 1000),
    });
  } catch (error) {
    if (!(error instanceof TokenRequestError)) {
      throw error;
    }
    activity.count('tokensRefused');
    return json({ error: error.error, error_description: error.message }, error.httpStatus);
  }
}

/** If tokens are not checked, each request gets one: that which it asks for, as far as it says so. */
function anyGrant(request: Context, form: URLSearchParams, context: HttpContext): TokenGrant {
  try {
    return checkTokenRequest(request, form, context);
  } catch (error) {
    if (error instanceof TokenRequestError) {
      return { use: 'unity-catalog' };
    }
    throw error;
  }
}

function checkTokenRequest(request: Context, form: URLSearchParams, context: HttpContext): TokenGrant {
  const contentType = request.req.header('content-type');
  if (contentType !== undefined && !formPattern.test(contentType)) {
    throw invalidRequest(
      `The request has the content type ${contentType}. Send a form: application/x-www-form-urlencoded.`,
    );
  }
  checkClient(request.req.header('authorization'), form, context);
  if (!form.get('scope')?.split(' ').includes(ALL_APIS)) {
    throw new TokenRequestError(400, 'invalid_scope', `scope must be ${ALL_APIS}`);
  }
  const resource = form.get('resource');
  if (resource === null) {
    return { use: 'unity-catalog' };
  }
  return ingestGrant(resource, form.get('authorization_details') ?? undefined, context.workspaceId);
}

function checkClient(authorization: string | undefined, form: URLSearchParams, context: HttpContext): void {
  const { credentials, subjectTokenIssuer } = context;
  switch (form.get('grant_type')) {
    case 'client_credentials':
      checkCredentials(authorization, form, credentials);
      break;
    case TOKEN_EXCHANGE:
      checkTokenExchange(authorization, form, credentials, subjectTokenIssuer);
      break;
    case null:
      throw invalidRequest('grant_type is missing. Send client_credentials.');
    default:
      throw new TokenRequestError(
        400,
        'unsupported_grant_type',
        `grant_type must be client_credentials or ${TOKEN_EXCHANGE}`,
      );
  }
}

/** The client id of a request that was granted. */
function clientIdOf(authorization: string | undefined, form: URLSearchParams, { credentials }: HttpContext): string {
  return credentials?.clientId ?? readCredentials(authorization, form)[0].clientId;
}

function json(body: object, httpStatus = 200): Response {
  return Response.json(body, { status: httpStatus, headers: { 'cache-control': 'no-store' } });
}
