import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';

/** An answer of the REST interface. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly error_code?: string; readonly message?: string };
}

/** Changes to a request: a value replaces a part, undefined removes a header. */
export interface RestRequest {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
  readonly signal?: AbortSignal;
}

/** The address that takes records for a table. */
export function insertUrl(server: ZerobusLocal, table: string): string {
  return `${server.workspaceUrl}/zerobus/v1/tables/${table}/insert`;
}

/**
 * Posts records to a table.
 *
 * @param body the text or bytes; anything else is sent as JSON
 */
export async function insert(
  server: ZerobusLocal,
  table: string,
  body: unknown,
  { token, headers, method = 'POST', signal }: RestRequest = {},
): Promise<RestAnswer> {
  const sent: Record<string, string | undefined> = {
    'content-type': 'application/json',
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    ...headers,
  };
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(insertUrl(server, table), {
    method,
    headers: Object.entries(sent).filter((header): header is [string, string] => header[1] !== undefined),
    ...(hasBody ? { body: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body) } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}
