import type { Handler } from 'hono';
import { isSameSecret } from '../../auth/isSameSecret.ts';
import type { HttpContext } from '../httpContext.ts';

/** The header with the token of `GET /api/local/page-token`. A page of another site can't set it. */
const HEADER = 'x-zerobus-page-token';

/** Refuses requests without the page's token, with 403. */
export function requirePageToken({ live }: HttpContext): Handler {
  return async (request, next) => {
    if (!isSameSecret(request.req.header(HEADER) ?? '', live.pageToken)) {
      const message = `Send the token of GET /api/local/page-token in the header ${HEADER}.`;
      return request.json({ error_code: 'PAGE_TOKEN_REQUIRED', message }, 403);
    }
    return next();
  };
}
