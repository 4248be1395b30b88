import { status } from '@grpc/grpc-js';
import type { AccessTokens } from '../auth/accessTokens.ts';
import { writeProblem } from '../auth/tokenGrant.ts';
import { StreamError } from './streamError.ts';

/**
 * Checks that the client's token grants writing into the table.
 *
 * @param header the client's `authorization` header
 * @throws {@link StreamError} `UNAUTHENTICATED` if the token is missing, expired or not of this server,
 * `PERMISSION_DENIED` if it grants something else
 */
export function checkTableAccess(tokens: AccessTokens, header: string | undefined, tableName: string): void {
  if (header === undefined) {
    throw new StreamError(
      status.UNAUTHENTICATED,
      'The authorization header is missing. Send "authorization: Bearer <token>" with a token from POST /oidc/v1/token, or start the server with --no-auth.',
    );
  }
  const grant = tokens.findByHeader(header);
  if (grant === undefined) {
    throw new StreamError(
      status.UNAUTHENTICATED,
      'The token is invalid or has expired. Fetch a new one from POST /oidc/v1/token.',
    );
  }
  const problem = writeProblem(grant, tableName);
  if (problem !== undefined) {
    throw new StreamError(
      status.PERMISSION_DENIED,
      `The token does not grant writing into ${tableName}: ${problem}. Error Code: 4024.`,
    );
  }
}
