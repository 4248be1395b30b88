import type { Http2Server } from 'node:http2';
import type { Server } from '@grpc/grpc-js';

/**
 * The HTTP/2 servers inside a gRPC server, which are in a private field of grpc-js (1.14). Empty if a later version
 * does not have it, so what is done with them must be optional.
 */
export function http2Servers(server: Server): readonly Http2Server[] {
  const { http2Servers: servers } = server as unknown as { readonly http2Servers?: Map<Http2Server, unknown> };
  return servers instanceof Map ? [...servers.keys()].filter((each) => typeof each?.on === 'function') : [];
}
