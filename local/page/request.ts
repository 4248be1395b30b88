import { setServerTime } from './serverTime.ts';

/** A request that the server has refused. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

let pageToken: Promise<string> | undefined;

/**
 * Reads one of the server's views.
 *
 * @param path the path below `/api/local/`
 * @throws {@link RequestError} if the server refuses or is gone
 */
export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return send<T>(path, signal === undefined ? {} : { signal });
}

/**
 * Asks the server to do something.
 *
 * @param path the path below `/api/local/`
 * @throws {@link RequestError} if the server refuses or is gone
 */
export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-zerobus-page-token': await token() };
  return send<T>(path, { method: 'POST', headers, body: JSON.stringify(body), signal: signal ?? null });
}

/** Asks the server to remove something. */
export async function remove(path: string): Promise<void> {
  await send(path, { method: 'DELETE', headers: { 'x-zerobus-page-token': await token() } });
}

/** The token that proves that a request is made by this page. The server makes a new one at each start. */
function token(): Promise<string> {
  pageToken ??= get<{ token: string }>('page-token').then(
    (answer) => answer.token,
    (error: unknown) => {
      pageToken = undefined;
      throw error;
    },
  );
  return pageToken;
}

/** The server has been started again, and has another token. */
export function forgetToken(): void {
  pageToken = undefined;
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`api/local/${path}`, init);
  } catch (error) {
    if (init.signal?.aborted === true) {
      throw error;
    }
    throw new RequestError('UNREACHABLE', 'The server could not be reached. Is zerobus-local still running?');
  }
  setServerTime(response.headers.get('date'));
  const answer = (await response.json().catch(() => ({}))) as { error_code?: string; message?: string };
  if (!response.ok) {
    throw new RequestError(answer.error_code ?? String(response.status), answer.message ?? wordsOf(response));
  }
  return answer as T;
}

/** An answer without words is seldom of zerobus-local, which says what is wrong. */
function wordsOf({ status, statusText }: Response): string {
  const name = statusText === '' ? '' : ` (${statusText})`;
  return `The answer is ${status}${name}. Is there a proxy before zerobus-local?`;
}
