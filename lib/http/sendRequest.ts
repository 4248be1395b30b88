import { isZerobusError, type ZerobusError } from '../errors/zerobusError.ts';
import { certificateRefusal } from '../transport/handshakeFailure.ts';
import { parseAddress } from '../transport/parseAddress.ts';
import { type Route, routeTo } from '../transport/route.ts';
import { routeAgent } from '../transport/routeAgent.ts';

/** A request to the workspace. */
export interface HttpRequest {
  readonly method: 'get' | 'post';
  readonly url: string;
  /** With credentials in them: they go nowhere but to this URL. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, where there is one. */
  readonly body?: string;
  /** An answer beyond this is an error. */
  readonly maxResponseBytes: number;
  /** Aborts the request. */
  readonly signal: AbortSignal;
  /** How the workspace is reached. Defaults to the way that the environment names. */
  readonly route?: Route | undefined;
}

/** An answer, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  /** The body as text. */
  readonly body: string;
  /** The `location` header, empty where there is none. */
  readonly location: string;
}

/**
 * Sends a request that carries credentials, so that nobody but its addressee sees them. It has no timeout of its own.
 *
 * @returns the answer, also where its status says that something is wrong
 * @throws what axios fails with, which has the request in it: {@link requestError} makes a harmless error of it
 */
export async function sendRequest(request: HttpRequest): Promise<HttpResponse> {
  const route = request.route ?? routeTo(parseAddress('workspaceUrl', request.url));
  const agent = routeAgent(route, request.signal);
  // Loaded when it is first needed: it takes as long as everything else together, and streams with headers of their own
  // never need it.
  const { default: axios } = await import('axios');
  // An instance of its own: interceptors that the application put on the global one would see the credentials.
  const sent = axios.create().request<string>({
    method: request.method,
    url: request.url,
    headers: request.headers,
    ...(request.body === undefined ? {} : { data: request.body }),
    signal: request.signal,
    adapter: 'http',
    httpAgent: agent,
    httpsAgent: agent,
    // The agent knows the way; axios would read the variables by other rules.
    proxy: false,
    responseType: 'text',
    transformResponse: [(text: string) => text],
    validateStatus: () => true,
    // A redirect would carry the credentials to an address that nobody configured.
    maxRedirects: 0,
    maxContentLength: request.maxResponseBytes,
  });
  const response = await sent.catch((error: Error) => {
    throw certificateRefusal(route.url, error) ?? error;
  });
  const { location } = response.headers;
  return { status: response.status, body: response.data, location: typeof location === 'string' ? location : '' };
}

/**
 * What may be shown of what {@link sendRequest} failed with: our own error, where TLS or a proxy is why, or whatever is
 * made of the rest.
 *
 * @param other makes an error of anything else, which has the request with its credentials in it
 */
export function requestError(error: unknown, other: () => ZerobusError): ZerobusError {
  if (isZerobusError(error)) {
    return error;
  }
  // axios wraps what the agent fails with.
  if (error instanceof Error && isZerobusError(error.cause)) {
    return error.cause;
  }
  return other();
}
