import type { TLSSocket } from 'node:tls';
import { ZerobusError } from '../errors/zerobusError.ts';
import { cleanCause } from '../secrets/cleanCause.ts';

/** Alerts about our certificate. In TLS 1.3 they arrive only after the handshake. */
const certificateAlert = /ALERT_(?:\w*CERT\w*|UNKNOWN_CA|ACCESS_DENIED)/;
/** Alerts that may not occur again on the next attempt. */
const passingAlert = /ALERT_(?:INTERNAL_ERROR|USER_CANCELL?ED)/;
const byNameOrDate = new Set([
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
]);

/**
 * Creates the error of a failed TLS handshake.
 *
 * - `TLS_FAILED` (not retryable): the certificate is from an authority that is not trusted, is for another host, or is
 *   not valid now; the peer refused our certificate; or client and peer have no version of TLS in common
 * - `UNAVAILABLE` (retryable): the connection broke
 *
 * @param peer scheme, host and port of the peer
 */
export function handshakeFailure(peer: string, socket: TLSSocket, error: Error): ZerobusError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const cause = cleanCause(error);
  if (socket.authorizationError) {
    const remedy = byNameOrDate.has(code)
      ? ' Replace the certificate, or connect by a name that it is for.'
      : " If it is from your own authority, pass the authority's certificate as tls.ca or in NODE_EXTRA_CA_CERTS.";
    const said = cause.message.replace(/\.$/, '');
    return new ZerobusError('TLS_FAILED', `The certificate of ${peer} is not trusted: ${said} (${code}).${remedy}`, {
      cause,
    });
  }
  const refusal = certificateRefusal(peer, error);
  if (refusal !== undefined) {
    return refusal;
  }
  if ((code.startsWith('ERR_SSL_') || /SSL routines/.test(message)) && !passingAlert.test(code)) {
    const hint = /WRONG_VERSION_NUMBER|wrong version number|PACKET_LENGTH/i.test(code + message)
      ? 'it does not speak TLS there. Use http:// for a server without TLS'
      : code || 'client and server have no version of TLS in common';
    return new ZerobusError('TLS_FAILED', `TLS with ${peer} failed: ${hint}.`, { cause });
  }
  return new ZerobusError('UNAVAILABLE', `The connection to ${peer} broke during the TLS handshake: ${cause.message}`, {
    cause,
  });
}

/**
 * Creates the error of a peer that requires a client certificate, or refuses the one it got: `TLS_FAILED`, not
 * retryable.
 *
 * @param peer scheme, host and port of the peer
 * @returns `undefined` for every other error
 */
export function certificateRefusal(peer: string, error: Error): ZerobusError | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!certificateAlert.test(code)) {
    return undefined;
  }
  return new ZerobusError(
    'TLS_FAILED',
    `${peer} requires a client certificate, or refuses the one it got (${code}). Pass another one as tls.cert and tls.key.`,
    { cause: cleanCause(error) },
  );
}
