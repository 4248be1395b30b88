import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';

/** An answer of `/api/local/`. */
export interface LiveAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Reads a view as JSON. @param path the path below `/api/local/` */
export async function readLive<T>(server: Pick<ZerobusLocal, 'workspaceUrl'>, path: string): Promise<T> {
  return (await (await fetch(`${server.workspaceUrl}/api/local/${path}`)).json()) as T;
}

/** Asks for a change, as the page does. @param body is sent as JSON, if it is given. @param signal cuts the request */
export async function changeLive<T>(
  server: Pick<ZerobusLocal, 'workspaceUrl'>,
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<LiveAnswer<T>> {
  const { token } = await readLive<{ token: string }>(server, 'page-token');
  const response = await fetch(`${server.workspaceUrl}/api/local/${path}`, {
    method,
    headers: {
      'x-zerobus-page-token': token,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}
