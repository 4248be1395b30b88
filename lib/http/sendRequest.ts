import type { AxiosResponse } from 'axios';
import { isError } from '../errors/isError.ts';
import { isZerobusError, type ZerobusError } from '../errors/zerobusError.ts';
import { certificateRefusal } from '../transport/handshakeFailure.ts';
import { parseAddress } from '../transport/parseAddress.ts';
import { type Route, routeTo } from '../transport/route.ts';
import { routeAgent } from '../transport/routeAgent.ts';
import { userAgentOf } from '../transport/userAgentOf.ts';
import { parseRetryAfter } from './parseRetryAfter.ts';

/** A request to the workspace. */
export interface HttpRequest {
  readonly method: 'get' | 'post';
  readonly url: string;
  /** They include credentials, which are sent to this URL only. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, if there is one. */
  readonly body?: string;
  /** A larger response is an error. */
  readonly maxResponseBytes: number;
  /** Aborts the request. */
  readonly signal: AbortSignal;
  /** The route to the workspace. Defaults to the route that the environment names. */
  readonly route?: Route | undefined;
  /** The `user-agent`. Defaults to that of this package. */
  readonly userAgent?: string | undefined;
}

/** A response of any status. */
export interface HttpResponse {
  readonly status: number;
  /** The body as text. */
  readonly body: string;
  /** The `location` header. Empty if there is none. */
  readonly location: string;
  /** The time to wait before the next request in ms, if the response names one. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * Sends a request with credentials, so that only its addressee sees them. It has no timeout of its own.
 *
 * @returns the response, also if its status reports an error
 * @throws the error of axios, which contains the request; {@link requestError} makes it safe to show
 */
export async function sendRequest(request: HttpRequest): Promise<HttpResponse> {
  const route = request.route ?? routeTo(parseAddress('workspaceUrl', request.url));
  const agent = routeAgent(route, request.signal);
  // Loaded on first use. It takes as long to load as everything else together, and streams with their own headers never
  // need it.
  const { AxiosHeaders, getAdapter } = await import('axios');
  // The bare adapter. Every instance of axios starts from `axios.defaults`, where the application may have set another
  // service's password, a transformation or an adapter. Interceptors would see the credentials.
  const sent: Promise<AxiosResponse<string>> = getAdapter('http')({
    method: request.method,
    url: request.url,
    headers: new AxiosHeaders({ 'user-agent': request.userAgent ?? userAgentOf(), ...request.headers }),
    ...(request.body === undefined ? {} : { data: request.body }),
    signal: request.signal,
    httpAgent: agent,
    httpsAgent: agent,
    // The agent follows the route; axios would read the variables by other rules.
    proxy: false,
    responseType: 'text',
    // A redirect would carry the credentials to an address that was not configured.
    maxRedirects: 0,
    maxContentLength: request.maxResponseBytes,
  });
  const response = await sent.catch((error: Error) => {
    throw certificateRefusal(route.url, error) ?? error;
  });
  const text = (name: string): string => String(response.headers[name] ?? '');
  return {
    status: response.status,
    body: response.data,
    location: text('location'),
    retryAfterMs: parseRetryAfter({ retryAfter: text('retry-after'), date: text('date') }),
  };
}

/**
 * Returns an error of {@link sendRequest} that is safe to show: our own error if TLS or a proxy is the reason, and
 * otherwise the result of `other`.
 *
 * @param other creates the error for any other reason; the original error contains the request with its credentials
 */
export function requestError(error: unknown, other: () => ZerobusError): ZerobusError {
  if (isZerobusError(error)) {
    return error;
  }
  // axios wraps the errors of the agent.
  if (isError(error) && isZerobusError(error.cause)) {
    return error.cause;
  }
  return other();
}
