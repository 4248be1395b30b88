import type { Context } from 'hono';
import type { HttpContext } from './httpContext.ts';

/** @returns the response to a request without a token for Unity Catalog; undefined if it has one, or needs none */
export function catalogRefusal(request: Context, { requiresAuth, tokens }: HttpContext): Response | undefined {
  if (!requiresAuth || tokens.findByHeader(request.req.header('authorization'))?.use === 'unity-catalog') {
    return undefined;
  }
  const message =
    'Send a token from POST /oidc/v1/token with scope all-apis and without a resource. A token for ingesting is not accepted here.';
  return request.json({ error_code: 'UNAUTHENTICATED', message }, 401);
}
