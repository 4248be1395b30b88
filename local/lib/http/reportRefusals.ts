import type { MiddlewareHandler } from 'hono';
import type { Activity } from '../faults/activity.ts';

/** Reports requests that are answered with an error. */
export function reportRefusals(activity: Activity): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { req, res } = context;
    if (res.status >= 400) {
      activity.report({
        type: 'requestRefused',
        method: req.method,
        path: req.path,
        httpStatus: res.status,
        reason: await reasonIn(res.clone()),
        userAgent: req.header('user-agent') ?? '',
      });
    }
  };
}

/**
 * @returns the code of the error, and the description of an OAuth error, which does not quote the request. Other texts
 * may quote records
 */
async function reasonIn(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const { error, error_description, error_code } = (body ?? {}) as Readonly<Record<string, unknown>>;
  return [error_code, error, error_description].filter((text) => typeof text === 'string').join(': ');
}
