import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ServerView } from '../../live/api/serverView.ts';
import { VERSION } from '../../version.ts';
import type { HttpContext } from '../httpContext.ts';
import type { HttpRoute } from '../httpRoute.ts';
import { tableRoutes } from './tableRoutes.ts';

/** What the live page reads and asks for. Programs can use it, too. */
export function liveRoutes(context: HttpContext): readonly HttpRoute[] {
  return [
    {
      name: 'server',
      title: 'Live: the server',
      method: 'GET',
      path: '/api/local/server',
      handlers: [(request) => request.json(serverView(request, context))],
    },
    {
      name: 'pageToken',
      title: 'Live: token of the page',
      method: 'GET',
      path: '/api/local/page-token',
      handlers: [(request) => request.json({ token: context.live.pageToken })],
    },
    ...tableRoutes(context),
    {
      name: 'events',
      title: 'Live: events',
      method: 'GET',
      path: '/api/local/events',
      handlers: [
        (request) =>
          streamSSE(request, async (stream) => {
            await new Promise<void>((resolve) => stream.onAbort(resolve));
          }),
      ],
    },
  ];
}

function serverView(request: Context, { requiresAuth, credentials, live, grpcPort }: HttpContext): ServerView {
  const { protocol, hostname, origin } = new URL(request.req.url);
  return {
    version: VERSION,
    endpoint: `${protocol}//${hostname}:${grpcPort() ?? ''}`,
    workspaceUrl: origin,
    auth: requiresAuth ? (credentials === undefined ? 'any' : 'credentials') : 'none',
    ...(credentials === undefined ? {} : { clientId: credentials.clientId }),
    ...live.settings,
  };
}
