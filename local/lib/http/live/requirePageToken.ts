import type { MiddlewareHandler } from 'hono';
import { isSameSecret } from '../../auth/isSameSecret.ts';
import type { HttpContext } from '../httpContext.ts';

/** The header that proves that a request is made by the page. Pages of other sites can't set it. */
export const PAGE_TOKEN_HEADER = 'x-zerobus-page-token';

/** Refuses requests without the token of `GET /api/local/page-token`, with 403. */
export function requirePageToken({ live }: Pick<HttpContext, 'live'>): MiddlewareHandler {
  return async (request, next) => {
    if (isSameSecret(request.req.header(PAGE_TOKEN_HEADER) ?? '', live.pageToken)) {
      return next();
    }
    const message = `Send the header ${PAGE_TOKEN_HEADER} with the token of GET /api/local/page-token. The server makes a new one at each start.`;
    return request.json({ error_code: 'PAGE_TOKEN_REQUIRED', message }, 403);
  };
}
