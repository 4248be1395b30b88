import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** More than any statement needs. */
const MAX_STATEMENT_BYTES = 1024 * 1024;

/** Refuses requests whose statement is too long, with 413. */
export const statementLimit: MiddlewareHandler = bodyLimit({
  maxSize: MAX_STATEMENT_BYTES,
  onError: (request) =>
    request.json(
      {
        error_code: 'INVALID_PARAMETER_VALUE',
        message: `The statement has more than ${MAX_STATEMENT_BYTES} bytes.`,
      },
      413,
    ),
});
