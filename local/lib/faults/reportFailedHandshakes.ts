import type { EventEmitter } from 'node:events';
import type { TLSSocket } from 'node:tls';
import type { Activity } from './activity.ts';
import type { HandshakeFailedEvent } from './serverEvent.ts';

/** Reports TLS handshakes of a server that fail, for example because the client does not trust its certificate. */
export function reportFailedHandshakes(
  server: EventEmitter,
  endpoint: HandshakeFailedEvent['endpoint'],
  activity: Activity,
): void {
  server.on('tlsClientError', (error: Error & { readonly reason?: string }, socket: TLSSocket) => {
    const { remoteAddress, remotePort } = socket;
    const address = remoteAddress === undefined ? 'a client that is gone' : `${remoteAddress}:${remotePort}`;
    activity.report({ type: 'handshakeFailed', endpoint, address, reason: error.reason ?? error.message });
  });
}
