import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Server } from '@grpc/grpc-js';
import type { Activity } from '../faults/activity.ts';
import { reportFailedHandshakes } from '../faults/reportFailedHandshakes.ts';
import { http2Servers } from './http2Servers.ts';
import { zerobusServiceDefinition } from './zerobusServiceDefinition.ts';

/**
 * Reports what never becomes a stream: failed TLS handshakes, and calls of methods that are not served. grpc-js answers
 * both by itself. Call it when the server has its injector.
 */
export function reportRefusedCalls(server: Server, activity: Activity): void {
  for (const http2Server of http2Servers(server)) {
    reportFailedHandshakes(http2Server, 'gRPC', activity);
    http2Server.on('stream', (_stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const path = String(headers[':path'] ?? '');
      if (path !== zerobusServiceDefinition.ephemeralStream.path) {
        const userAgent = headers['user-agent'] ?? '';
        activity.report({ type: 'callRefused', path, status: 'UNIMPLEMENTED', userAgent });
      }
    });
  }
}
