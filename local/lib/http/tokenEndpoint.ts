import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { ingestGrant } from '../auth/ingestGrant.ts';
import type { TokenGrant } from '../auth/tokenGrant.ts';
import { TokenRequestError } from '../auth/tokenRequestError.ts';
import type { HttpContext } from './httpContext.ts';

const basicPattern = /^Basic ([A-Za-z0-9+/]+=*)$/i;

/** Answers `POST /oidc/v1/token`, OAuth client credentials, like a Databricks workspace. */
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
    const grant = await checkTokenRequest(request, context);
    const ttlMs = fault === 'dead' ? 0 : context.tokenTtlMs;
    activity.count('tokensIssued');
    return json({
      access_token: context.tokens.issue(grant, ttlMs),
      scope: 'all-apis',
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

async function checkTokenRequest(request: Context, context: HttpContext): Promise<TokenGrant> {
  const form = new URLSearchParams(await request.req.text());
  if (!context.requiresAuth) {
    return { use: 'unity-catalog' };
  }
  if (!hasValidCredentials(request.req.header('authorization'), context)) {
    throw new TokenRequestError(401, 'invalid_client', 'Client authentication failed');
  }
  if (form.get('grant_type') !== 'client_credentials') {
    throw new TokenRequestError(400, 'unsupported_grant_type', 'grant_type must be client_credentials');
  }
  if (form.get('scope') !== 'all-apis') {
    throw new TokenRequestError(400, 'invalid_scope', 'scope must be all-apis');
  }
  const resource = form.get('resource');
  if (resource === null) {
    return { use: 'unity-catalog' };
  }
  return ingestGrant(resource, form.get('authorization_details') ?? undefined, context.workspaceId);
}

function hasValidCredentials(header: string | undefined, { credentials }: HttpContext): boolean {
  const encoded = basicPattern.exec(header ?? '')?.[1];
  if (encoded === undefined) {
    return false;
  }
  const [clientId, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const clientSecret = secret.join(':');
  if (!clientId || clientSecret === '') {
    return false;
  }
  if (credentials === undefined) {
    return true;
  }
  return isSame(clientId, credentials.clientId) && isSame(clientSecret, credentials.clientSecret);
}

/** Compares in a time that does not depend on how much of a secret is right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function json(body: object, httpStatus = 200): Response {
  return Response.json(body, { status: httpStatus, headers: { 'cache-control': 'no-store' } });
}
