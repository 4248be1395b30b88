import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { changeLive } from './liveRequests.ts';

/** A status, and the JSON that came with it. */
export type StatusAndBody<Body = Record<string, unknown>> = readonly [status: number, body: Body];

/** Reads what may not be there. @param path the path below `/api/local/` */
export async function getLive<Body>(server: ZerobusLocal, path: string): Promise<StatusAndBody<Body>> {
  const response = await fetch(`${server.workspaceUrl}/api/local/${path}`);
  return [response.status, (await response.json()) as Body];
}

/** Posts a statement. @param path the path below `/api/local/`. @param signal cuts the request */
export async function postSql<Body>(
  server: ZerobusLocal,
  path: string,
  sql: string,
  signal?: AbortSignal,
): Promise<StatusAndBody<Body>> {
  const { status, body } = await changeLive<Body>(server, 'POST', path, { sql }, signal);
  return [status, body];
}
