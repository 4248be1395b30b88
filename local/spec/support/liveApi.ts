import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';

/** A status, and the JSON that came with it. */
export type LiveAnswer<Body = Record<string, unknown>> = readonly [status: number, body: Body];

/** Reads what the live page reads. */
export async function getLive<Body>(server: ZerobusLocal, path: string): Promise<LiveAnswer<Body>> {
  const response = await fetch(`${server.workspaceUrl}/api/local/${path}`);
  return [response.status, (await response.json()) as Body];
}

/** Posts a statement as the live page does. */
export async function postSql<Body>(
  server: ZerobusLocal,
  path: string,
  sql: string,
  signal?: AbortSignal,
): Promise<LiveAnswer<Body>> {
  const [, { token }] = await getLive<{ token: string }>(server, 'page-token');
  const response = await fetch(`${server.workspaceUrl}/api/local/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-zerobus-page-token': token },
    body: JSON.stringify({ sql }),
    ...(signal === undefined ? {} : { signal }),
  });
  return [response.status, (await response.json()) as Body];
}
