import { ZerobusError } from '../errors/zerobusError.ts';
import { describeAnswer } from '../http/describeAnswer.ts';
import { FOREIGN_PAGE_ADVICE, foreignPage } from '../http/foreignPage.ts';
import { retryAdvice } from '../http/retryAdvice.ts';
import type { HttpResponse } from '../http/sendRequest.ts';
import { redact } from '../secrets/redact.ts';
import { isPassingClientError } from '../transport/isPassingClientError.ts';

/**
 * Converts an answer of Unity Catalog that does not describe a table to an error. The message quotes the answer,
 * shortened and without secrets.
 *
 * - `INVALID_CREDENTIALS` (not retryable): 401
 * - `PERMISSION_DENIED` (not retryable): 403
 * - `NOT_FOUND` (not retryable): 404
 * - `SCHEMA_FETCH_FAILED`: retryable for 408, 429, 5xx, a page of a load balancer and an answer that is not a table;
 *   not retryable for other 4xx
 * - `INVALID_ENDPOINT` (not retryable): a redirect, which is not followed because it would forward the token
 *
 * @param workspaceUrl the address of the workspace that answered
 * @param table the full name of the table
 * @param secrets texts that must not appear in the message
 */
export function catalogError(
  workspaceUrl: string,
  table: string,
  response: HttpResponse,
  secrets: readonly string[],
): ZerobusError {
  const { status, body, retryAfterMs } = response;
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  const page = foreignPage(response);
  if (page !== undefined) {
    return new ZerobusError(
      'SCHEMA_FETCH_FAILED',
      `${workspaceUrl} answered the request for the schema of ${table} with ${page}. ${FOREIGN_PAGE_ADVICE}`,
      { isRetryable: true, ...retry },
    );
  }
  const said = redact(describeAnswer(body), secrets).replace(/\.$/, '');
  const answer = `(HTTP ${status})${said === '' ? '' : `: ${said}`}`;
  if (status === 401) {
    return new ZerobusError(
      'INVALID_CREDENTIALS',
      `${workspaceUrl} refused its own token ${answer}. Check workspaceUrl and the service principal.`,
    );
  }
  if (status === 403) {
    return new ZerobusError(
      'PERMISSION_DENIED',
      `The service principal may not read the schema of ${table} ${answer}. Grant it USE CATALOG, USE SCHEMA and SELECT.`,
    );
  }
  if (status === 404) {
    return new ZerobusError(
      'NOT_FOUND',
      `${workspaceUrl} has no table ${table} that is visible to the service principal ${answer}. Check the name and the grants.`,
    );
  }
  if (status >= 300 && status < 400) {
    return new ZerobusError(
      'INVALID_ENDPOINT',
      `${workspaceUrl} redirects requests to Unity Catalog (HTTP ${status}). The token is not sent elsewhere. Set workspaceUrl to the address of the workspace itself.`,
    );
  }
  if (status >= 200 && status < 300) {
    return new ZerobusError(
      'SCHEMA_FETCH_FAILED',
      `${workspaceUrl} answered the request for the schema of ${table} with something else (HTTP ${status}). Check that workspaceUrl is the address of a workspace.`,
    );
  }
  const isRetryable = status >= 500 || isPassingClientError(status);
  return new ZerobusError(
    'SCHEMA_FETCH_FAILED',
    `Fetching the schema of ${table} from ${workspaceUrl} failed ${answer}. ${isRetryable ? retryAdvice(retryAfterMs) : 'Check workspaceUrl and the name of the table.'}`,
    { isRetryable, ...(isRetryable ? retry : {}) },
  );
}
