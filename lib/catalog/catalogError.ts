import { ZerobusError } from '../errors/zerobusError.ts';
import { describeAnswer } from '../http/describeAnswer.ts';
import type { HttpResponse } from '../http/sendRequest.ts';
import { redact } from '../secrets/redact.ts';
import { isPassingClientError } from '../transport/isPassingClientError.ts';

/**
 * Makes an error of Unity Catalog's answer that describes no table. Its own words are bounded, and secrets are cut out
 * of them.
 *
 * - `INVALID_CREDENTIALS` (not retryable): 401
 * - `PERMISSION_DENIED` (not retryable): 403
 * - `NOT_FOUND` (not retryable): 404
 * - `SCHEMA_FETCH_FAILED`: retryable for 408, 429, 5xx and an answer that is no table; not for another 4xx
 * - `INVALID_ENDPOINT` (not retryable): a redirect, which is not followed since it would carry the token along
 *
 * @param workspaceUrl who answered
 * @param table the full name of the table
 * @param secrets what must not show
 */
export function catalogError(
  workspaceUrl: string,
  table: string,
  { status, body }: HttpResponse,
  secrets: readonly string[],
): ZerobusError {
  const said = redact(describeAnswer(body), secrets);
  const answer = `(HTTP ${status})${said === '' ? '' : `: ${said}`}`;
  if (status === 401) {
    return new ZerobusError('INVALID_CREDENTIALS', `${workspaceUrl} refused its own token ${answer}`);
  }
  if (status === 403) {
    return new ZerobusError(
      'PERMISSION_DENIED',
      `The service principal may not read the schema of ${table} ${answer}. Grant it USE CATALOG, USE SCHEMA and SELECT`,
    );
  }
  if (status === 404) {
    return new ZerobusError('NOT_FOUND', `${workspaceUrl} has no table ${table} that is visible here ${answer}`);
  }
  if (status >= 300 && status < 400) {
    return new ZerobusError(
      'INVALID_ENDPOINT',
      `${workspaceUrl} redirects requests to Unity Catalog (HTTP ${status}); the token is not sent elsewhere. Set workspaceUrl to the address of the workspace itself`,
    );
  }
  if (status >= 200 && status < 300) {
    return new ZerobusError(
      'SCHEMA_FETCH_FAILED',
      `${workspaceUrl} answered the request for the schema of ${table} with something else (HTTP ${status})`,
    );
  }
  const isRetryable = status >= 500 || isPassingClientError(status);
  return new ZerobusError('SCHEMA_FETCH_FAILED', `No schema of ${table} from ${workspaceUrl} ${answer}`, {
    isRetryable,
  });
}
