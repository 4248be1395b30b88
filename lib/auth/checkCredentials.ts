import { ZerobusError } from '../errors/zerobusError.ts';
import { Secret } from '../secrets/secret.ts';
import { parseAddress } from '../transport/parseAddress.ts';

/** Client credentials of OAuth, checked; printing them does not show the secret. */
export interface OAuthCredentials {
  readonly kind: 'oauth';
  /** Where tokens are asked for: with scheme, without trailing slash. */
  readonly workspaceUrl: string;
  /** The application id of the service principal. */
  readonly clientId: string;
  /** Its OAuth secret. */
  readonly clientSecret: Secret;
}

/**
 * Checks client credentials.
 *
 * @param workspaceUrl `https://` is added where no scheme stands there; a query, as a browser's address bar has it, is
 * cut
 * @param clientId without colon, since it is sent as the user of Basic authentication (RFC 7617)
 * @param clientSecret not empty, without control characters: a trailing line break is a secret read from a file in a
 * hurry
 * @throws {@link ZerobusError} `INVALID_OPTIONS` or, for the address, `INVALID_ENDPOINT`; none shows the secret
 */
export function checkCredentials(
  workspaceUrl: string,
  clientId: string,
  clientSecret: string | Secret,
): OAuthCredentials {
  const secret = clientSecret instanceof Secret ? clientSecret : new Secret(clientSecret);
  if (!/^[^\p{Cc}:]+$/u.test(clientId)) {
    throw new ZerobusError('INVALID_OPTIONS', 'clientId must not be empty nor hold a colon or a control character');
  }
  if (!/^[^\p{Cc}]+$/u.test(secret.reveal())) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      'clientSecret must not be empty nor hold a line break or another control character',
    );
  }
  return {
    kind: 'oauth',
    workspaceUrl: parseAddress('workspaceUrl', workspaceUrl).url,
    clientId,
    clientSecret: secret,
  };
}
