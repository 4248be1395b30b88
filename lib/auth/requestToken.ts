import { Observable } from 'rxjs';
import { ZerobusError } from '../errors/zerobusError.ts';
import { type HttpResponse, requestError, sendRequest } from '../http/sendRequest.ts';
import { cleanCause } from '../secrets/cleanCause.ts';
import { secretForms } from '../secrets/redact.ts';
import type { TokenResponse } from './fetchToken.ts';
import { parseTokenResponse } from './parseTokenResponse.ts';
import { tokenEndpointError } from './tokenEndpointError.ts';
import type { TokenRequest } from './tokenRequest.ts';
import { tokenRequestForm } from './tokenRequestForm.ts';

/** A token takes a few kilobytes; a larger response is not a token. */
const MAX_RESPONSE_BYTES = 256 * 1024;

/**
 * Requests a token from the workspace, once per subscription. Unsubscribing aborts the request. It has no timeout of
 * its own.
 *
 * Fails with the errors of {@link tokenEndpointError}, with `TOKEN_FETCH_FAILED` if the endpoint cannot be reached or
 * does not speak HTTP, and with `TLS_FAILED` or `PROXY_FAILED` if that is the reason. No error contains the request.
 */
export function requestToken(request: TokenRequest): Observable<TokenResponse> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    post(request, controller.signal).then(
      (response) => {
        const { status, body } = response;
        const token = status >= 200 && status < 300 ? parseTokenResponse(body) : undefined;
        if (token === undefined) {
          return subscriber.error(tokenEndpointError(request, response));
        }
        subscriber.next(token);
        subscriber.complete();
      },
      (error: unknown) => subscriber.error(unreachable(request, error)),
    );
    return () => controller.abort();
  });
}

function post(request: TokenRequest, signal: AbortSignal): Promise<HttpResponse> {
  const { workspaceUrl, clientId, clientSecret } = request.credentials;
  const basic = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64');
  return sendRequest({
    method: 'post',
    url: `${workspaceUrl}/oidc/v1/token`,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: tokenRequestForm(request),
    maxResponseBytes: MAX_RESPONSE_BYTES,
    signal,
    route: request.route,
    userAgent: request.userAgent,
  });
}

function unreachable({ credentials }: TokenRequest, error: unknown): ZerobusError {
  return requestError(error, () => {
    const { workspaceUrl, clientId, clientSecret } = credentials;
    const cause = cleanCause(error, secretForms(clientId, clientSecret.reveal()));
    return new ZerobusError(
      'TOKEN_FETCH_FAILED',
      `The token could not be fetched from ${workspaceUrl}: ${cause.message}`,
      { cause },
    );
  });
}
