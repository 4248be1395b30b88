import type { MiddlewareHandler } from 'hono';
import type { Activity } from '../faults/activity.ts';
import { StreamError } from '../ingest/streamError.ts';

/** Reports requests that are answered with an error. */
export function reportRefusals(activity: Activity): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { req, res, error } = context;
    if (res.status >= 400) {
      activity.report({
        type: 'requestRefused',
        method: req.method,
        path: req.path,
        httpStatus: res.status,
        reason: await reasonIn(res.clone(), error),
        userAgent: req.header('user-agent') ?? '',
      });
    }
  };
}

/**
 * @param thrown what the handler has thrown instead of an answer
 * @returns the code of the error, and what is known not to quote records: the text for logs of a refused insert, or the
 * description of an OAuth error
 */
async function reasonIn(response: Response, thrown: Error | undefined): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const { error, error_description, error_code } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const logText = thrown instanceof StreamError ? thrown.logText : undefined;
  return [error_code, error, error_description, logText].filter((text) => typeof text === 'string').join(': ');
}
