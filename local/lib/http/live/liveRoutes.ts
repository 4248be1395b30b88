import type { Context } from 'hono';
import type { Overview } from '../../live/api/overview.ts';
import type { ServerView } from '../../live/api/serverView.ts';
import { MAX_PAGES } from '../../live/liveMonitor.ts';
import { VERSION } from '../../version.ts';
import type { HttpContext } from '../httpContext.ts';
import type { HttpRoute } from '../httpRoute.ts';
import { eventStream } from './eventStream.ts';
import { faultRoutes } from './faultRoutes.ts';
import { tableRoutes } from './tableRoutes.ts';

/** What the live page reads and asks for. Programs can use it, too. `guardLive` guards all of it. */
export function liveRoutes(context: HttpContext): readonly HttpRoute[] {
  return [
    {
      name: 'server',
      title: 'The server, and how clients reach it',
      method: 'GET',
      path: '/api/local/server',
      handlers: [(request) => request.json(serverView(request, context))],
    },
    {
      name: 'pageToken',
      title: 'The token that changes need',
      method: 'GET',
      path: '/api/local/page-token',
      handlers: [(request) => request.json({ token: context.live.pageToken })],
    },
    ...tableRoutes(context),
    {
      name: 'overview',
      title: 'The last 15 minutes',
      method: 'GET',
      path: '/api/local/overview',
      handlers: [(request) => request.json(overview(request, context))],
    },
    {
      name: 'streams',
      title: 'The open streams',
      method: 'GET',
      path: '/api/local/streams',
      handlers: [(request) => request.json(context.live.monitor.streams)],
    },
    {
      name: 'rejections',
      title: 'The last records that were rejected',
      method: 'GET',
      path: '/api/local/rejections',
      handlers: [(request) => request.json(context.live.monitor.rejections)],
    },
    {
      name: 'issuedTokens',
      title: 'The last tokens that were issued',
      method: 'GET',
      path: '/api/local/tokens',
      handlers: [(request) => request.json(context.live.monitor.tokens)],
    },
    {
      name: 'events',
      title: 'What happens, as Server-Sent Events',
      method: 'GET',
      path: '/api/local/events',
      handlers: [(request) => answerEvents(request, context)],
    },
    ...faultRoutes(context),
  ];
}

function answerEvents(request: Context, { live }: HttpContext): Response {
  request.header('content-type', 'text/event-stream');
  // Proxies must not wait for the end.
  request.header('x-accel-buffering', 'no');
  if (request.req.method === 'HEAD') {
    return request.body(null);
  }
  const stream = eventStream(live.monitor);
  if (stream === undefined) {
    const message = `${MAX_PAGES} pages are open. Close one of them.`;
    return request.json({ error_code: 'TEMPORARILY_UNAVAILABLE', message }, 503);
  }
  return request.body(stream);
}

function overview(request: Context, context: HttpContext): Overview {
  const { monitor } = context.live;
  return {
    server: serverView(request, context),
    totals: monitor.totals(context.activity.counters),
    samples: monitor.samples,
    streams: monitor.streams,
    refusals: monitor.refusals,
  };
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
