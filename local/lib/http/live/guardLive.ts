import type { Context, MiddlewareHandler, Next } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { isSameSecret } from '../../auth/isSameSecret.ts';
import type { HttpContext } from '../httpContext.ts';
import { requirePageToken } from './requirePageToken.ts';

/** More than any statement or query needs. */
const MAX_BODY_BYTES = 1024 * 1024;
/** For programs, with a rule of its own. */
const ALTER_PATH = '/api/local/alter';

const jsonPattern = /^application\/json *(;|$)/i;

const limit = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (request) =>
    request.json(
      { error_code: 'INVALID_PARAMETER_VALUE', message: `The body has more than ${MAX_BODY_BYTES} bytes.` },
      413,
    ),
});

/**
 * Guards the live page and all that it reads and asks for, now and in the future, by the paths: with credentials, only
 * the client that has them gets in. A request that changes something must be made by the page, and be JSON.
 */
export function guardLive(context: HttpContext): MiddlewareHandler {
  return async (request, next) => {
    const { path, method } = request.req;
    const isData = path.startsWith('/api/local/') && path !== ALTER_PATH;
    if (!isData && !path.startsWith('/page/') && !(path === '/' && wantsPage(request))) {
      return next();
    }
    if (!isAllowed(request, context)) {
      return askForCredentials(request);
    }
    return method === 'GET' || method === 'HEAD' ? next() : guardChange(request, context, next);
  };
}

/** Browsers name HTML in `Accept`. Programs get a description. */
export function wantsPage(request: Context): boolean {
  return /\btext\/html\b/.test(request.req.header('accept') ?? '');
}

async function guardChange(request: Context, context: HttpContext, next: Next): Promise<Response | undefined> {
  const type = request.req.header('content-type');
  if (request.req.method !== 'DELETE' && !jsonPattern.test(type ?? '')) {
    const found = type === undefined ? 'missing' : JSON.stringify(type);
    const message = `The Content-Type is ${found}. Send application/json.`;
    return request.json({ error_code: 'INVALID_PARAMETER_VALUE', message }, 415);
  }
  let response: Response | undefined;
  const refusal = await requirePageToken(context)(request, async () => {
    response = (await limit(request, next)) ?? undefined;
  });
  return refusal ?? response;
}

function isAllowed({ req }: Context, { credentials }: HttpContext): boolean {
  if (credentials === undefined) {
    return true;
  }
  const basic = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(req.header('authorization') ?? '')?.[1] ?? '';
  const given = Buffer.from(basic, 'base64').toString('utf8');
  return isSameSecret(given, `${credentials.clientId}:${credentials.clientSecret}`);
}

function askForCredentials(request: Context): Response {
  request.header('www-authenticate', 'Basic realm="zerobus-local", charset="UTF-8"');
  const message = 'Sign in with the client id and the client secret that the server was started with.';
  return request.json({ error_code: 'UNAUTHENTICATED', message }, 401);
}
