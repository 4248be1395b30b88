import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { ZerobusError } from '../errors/zerobusError.ts';
import { handshakeFailure } from './handshakeFailure.ts';

/** The peer of a TLS connection over a connected socket. */
export interface TlsPeer {
  /** Scheme, host and port, for error messages. */
  readonly url: string;
  /** The host that the certificate must be for. */
  readonly host: string;
  readonly secure: SecureContext;
  /** The protocol to agree on (ALPN). */
  readonly protocol: 'h2' | 'http/1.1';
}

/**
 * Performs the client's part of a TLS handshake over a connected socket. The certificate is always verified, even if
 * `NODE_TLS_REJECT_UNAUTHORIZED` says otherwise, because tokens are sent over this connection.
 *
 * Rejects with a `ZerobusError`; see {@link handshakeFailure}. When the socket underneath is destroyed, the secured one
 * is destroyed too.
 */
export function startTls(socket: Socket, { url, host, secure, protocol }: TlsPeer): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket,
      host,
      // RFC 6066, 3: an address is not a server name.
      ...(isIP(host) === 0 ? { servername: host.replace(/\.$/, '') } : {}),
      secureContext: secure,
      ALPNProtocols: [protocol],
      rejectUnauthorized: true,
    });
    secured.once('secureConnect', () => resolve(secured));
    // This listener stays attached, because an error without one would be thrown. The user of the socket has its own.
    secured.on('error', (error) => reject(handshakeFailure(url, secured, error)));
    secured.once('close', () => {
      reject(new ZerobusError('UNAVAILABLE', `${url} closed the connection during the TLS handshake.`));
    });
  });
}
