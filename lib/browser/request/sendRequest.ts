import type { GatewayResponse } from './parseAnswer.ts';

/** The headers of requests to the gateway, by name. */
export type GatewayHeaders = Readonly<Record<string, string>>;

/** A request to the gateway. */
export interface GatewayRequest {
  readonly url: string;
  readonly headers: GatewayHeaders;
  readonly credentials: 'same-origin' | 'include' | 'omit';
  readonly body: string;
  /** Aborts the request. */
  readonly signal: AbortSignal;
}

/** The answer to 500 events that were all refused is smaller. */
const MOST_ANSWER_LENGTH = 1024 * 1024;

/**
 * Sends a request, and reads its response. It has no timeout of its own.
 *
 * @throws the error of `fetch` if there is no response
 */
export async function sendRequest({
  url,
  headers,
  credentials,
  body,
  signal,
}: GatewayRequest): Promise<GatewayResponse> {
  const response = await fetch(url, {
    method: 'POST',
    // A type that needs no preflight.
    headers: { ...headers, 'content-type': 'text/plain;charset=UTF-8' },
    body,
    credentials,
    signal,
    // Another address must not see the headers.
    redirect: 'manual',
    cache: 'no-store',
  });
  return {
    status: response.status,
    body: await textOf(response),
    retryAfter: response.headers.get('retry-after') ?? '',
  };
}

/** Returns the body, without what exceeds any answer of a gateway. */
async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader !== undefined && text.length <= MOST_ANSWER_LENGTH) {
    const { done, value } = await reader.read();
    if (done) {
      return text + decoder.decode();
    }
    text += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return text;
}
