import { ZerobusError } from '../errors/zerobusError.ts';
import { describeAnswer } from '../http/describeAnswer.ts';
import { FOREIGN_PAGE_ADVICE, foreignPage } from '../http/foreignPage.ts';
import { retryAdvice } from '../http/retryAdvice.ts';
import type { HttpResponse } from '../http/sendRequest.ts';
import { redact, secretForms } from '../secrets/redact.ts';
import { isPassingClientError } from '../transport/isPassingClientError.ts';
import { originOf } from '../transport/originOf.ts';
import type { TokenRequest } from './tokenRequest.ts';

const INGEST_ADVICE =
  ', and that USE CATALOG, USE SCHEMA, SELECT and MODIFY are granted to the service principal directly';

/**
 * Creates the error of a token endpoint's response without a token. The endpoint's own text is bounded, and the secret
 * is removed from it.
 *
 * - `INVALID_CREDENTIALS` (not retryable): the endpoint refuses the request, 4xx
 * - `TOKEN_FETCH_FAILED` (retryable): 408, 429, 5xx, a page of a load balancer, the answer to a request that was cut,
 *   or a response that is not a token; with the wait that the endpoint asks for
 * - `INVALID_ENDPOINT` (not retryable): a redirect, which is not followed since it would carry the secret along
 */
export function tokenEndpointError(request: TokenRequest, response: HttpResponse): ZerobusError {
  const { workspaceUrl, clientId, clientSecret } = request.credentials;
  const { status, retryAfterMs } = response;
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  const secrets = secretForms(clientId, clientSecret.reveal());
  if (status >= 300 && status < 400) {
    const elsewhere = redact(originOf(response.location, workspaceUrl), secrets);
    return new ZerobusError(
      'INVALID_ENDPOINT',
      `${workspaceUrl} redirects token requests (HTTP ${status}) to ${elsewhere}; the client secret is not sent there. Set workspaceUrl to the address of the workspace itself.`,
    );
  }
  const page = foreignPage(response);
  if (page !== undefined) {
    return new ZerobusError(
      'TOKEN_FETCH_FAILED',
      `${workspaceUrl} answered the token request with ${page}. ${FOREIGN_PAGE_ADVICE}`,
      retry,
    );
  }
  const said = redact(describeAnswer(response.body), secrets).replace(/\.$/, '');
  const answer = `(HTTP ${status})${said === '' ? '' : `: ${said}`}`;
  if (status >= 400 && status < 500 && !isPassingClientError(status)) {
    return new ZerobusError(
      'INVALID_CREDENTIALS',
      `${workspaceUrl} refused a token for ${request.table?.fullName ?? 'Unity Catalog'} ${answer}. Check workspaceUrl, clientId and clientSecret${request.table === undefined ? '' : INGEST_ADVICE}.`,
    );
  }
  if (status >= 200 && status < 300) {
    return new ZerobusError(
      'TOKEN_FETCH_FAILED',
      `${workspaceUrl} answered the token request without a token (HTTP ${status}). Set workspaceUrl to the address of the workspace itself.`,
    );
  }
  return new ZerobusError(
    'TOKEN_FETCH_FAILED',
    `${workspaceUrl} could not issue a token ${answer}. ${retryAdvice(retryAfterMs)}`,
    retry,
  );
}
