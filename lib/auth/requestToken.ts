import axios from 'axios';
import { Observable } from 'rxjs';
import { ZerobusError } from '../errors.ts';
import { cleanCause } from './cleanCause.ts';
import type { TokenResponse } from './fetchToken.ts';
import { parseTokenResponse } from './parseTokenResponse.ts';
import { secretForms } from './redact.ts';
import { tokenEndpointError } from './tokenEndpointError.ts';
import type { TokenRequest } from './tokenRequest.ts';
import { tokenRequestForm } from './tokenRequestForm.ts';

/** A token is some kilobytes; an answer beyond this is none. */
const maxResponseBytes = 256 * 1024;

/**
 * Asks the workspace for a token, once a subscription; unsubscribing aborts the request. It has no timeout of its own.
 *
 * Errors: those of {@link tokenEndpointError}, and `TOKEN_FETCH_FAILED` where the endpoint cannot be reached or does not speak
 * HTTP. None of them carries the request.
 */
export function requestToken(request: TokenRequest): Observable<TokenResponse> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    post(request, controller.signal).then(
      ({ status, body, location }) => {
        const response = status >= 200 && status < 300 ? parseTokenResponse(body) : undefined;
        if (response === undefined) return subscriber.error(tokenEndpointError(request, { status, body, location }));
        subscriber.next(response);
        subscriber.complete();
      },
      (error: unknown) => subscriber.error(unreachable(request, error)),
    );
    return () => controller.abort();
  });
}

async function post(
  { credentials, workspaceId, table }: TokenRequest,
  signal: AbortSignal,
): Promise<{ status: number; body: string; location: string }> {
  const { workspaceUrl, clientId, clientSecret } = credentials;
  const basic = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64');
  // An instance of its own: interceptors that the application put on the global one would see the secret.
  const response = await axios.create().request<string>({
    method: 'post',
    url: `${workspaceUrl}/oidc/v1/token`,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    data: tokenRequestForm(workspaceId, table),
    signal,
    adapter: 'http',
    responseType: 'text',
    transformResponse: [(text: string) => text],
    validateStatus: () => true,
    // A redirect would carry the secret to an address that nobody configured.
    maxRedirects: 0,
    maxContentLength: maxResponseBytes,
  });
  const { location } = response.headers;
  return { status: response.status, body: response.data, location: typeof location === 'string' ? location : '' };
}

function unreachable({ credentials }: TokenRequest, error: unknown): ZerobusError {
  const { workspaceUrl, clientId, clientSecret } = credentials;
  const cause = cleanCause(error, secretForms(clientId, clientSecret.reveal()));
  return new ZerobusError('TOKEN_FETCH_FAILED', `No token from ${workspaceUrl}: ${cause.message}`, { cause });
}
