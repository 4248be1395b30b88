import { ZerobusError } from '../errors/zerobusError.ts';
import { Secret } from '../secrets/secret.ts';
import { parseAddress } from '../transport/parseAddress.ts';

/** Checked client credentials of OAuth. Printing them does not show the secret. */
export interface OAuthCredentials {
  readonly kind: 'oauth';
  /** The workspace that issues the tokens, with scheme and without trailing slash. */
  readonly workspaceUrl: string;
  /** The application id of the service principal. */
  readonly clientId: string;
  /** Its OAuth secret. */
  readonly clientSecret: Secret;
}

/**
 * Checks client credentials.
 *
 * @param workspaceUrl `https://` is added if it has no scheme; a query, as copied from a browser's address bar, is
 * removed
 * @param clientId without a colon, since it is the user of Basic authentication (RFC 7617)
 * @param clientSecret not empty and without control characters; a trailing line break usually comes from reading a file
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the id or the secret is invalid; the error never shows the secret
 * @throws {@link ZerobusError} `INVALID_ENDPOINT` if the address is invalid
 */
export function checkCredentials(
  workspaceUrl: string,
  clientId: string,
  clientSecret: string | Secret,
): OAuthCredentials {
  const secret = clientSecret instanceof Secret ? clientSecret : new Secret(clientSecret);
  if (!/^[^\p{Cc}:]+$/u.test(clientId)) {
    throw new ZerobusError('INVALID_OPTIONS', 'clientId must not be empty or contain a colon or a control character.');
  }
  if (!/^[^\p{Cc}]+$/u.test(secret.reveal())) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      'clientSecret must not be empty or contain a line break or another control character.',
    );
  }
  return {
    kind: 'oauth',
    workspaceUrl: parseAddress('workspaceUrl', workspaceUrl).url,
    clientId,
    clientSecret: secret,
  };
}
