import type { MiddlewareHandler } from 'hono';
import type { Activity } from '../faults/activity.ts';

/** Reports requests that are answered with an error, by the code in the answer: its text may quote the request. */
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
        reason: await errorCode(res.clone()),
        userAgent: req.header('user-agent') ?? '',
      });
    }
  };
}

/** @returns the code as OAuth or Unity Catalog name it; '' if there is none */
async function errorCode(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const { error, error_code } = (body ?? {}) as { readonly error?: unknown; readonly error_code?: unknown };
  return [error_code, error].find((code) => typeof code === 'string') ?? '';
}
