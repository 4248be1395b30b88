import type { HeadersProvider } from '../auth/headersProvider.ts';
import { OAuthHeadersProvider, type OAuthHeadersProviderOptions } from '../auth/oAuthHeadersProvider.ts';
import type { ResolvedConnection } from '../connection.ts';

/** Options of {@link headersProviderOf}, if it uses OAuth. */
export type TokenOptions = Pick<OAuthHeadersProviderOptions, 'cache' | 'scheduler' | 'timeoutMs'>;

/**
 * Returns the provider of a connection's headers: the user's own, or OAuth with the credentials of the connection.
 *
 * @param connection made by `resolveConnection`
 * @param table the table to write to: `catalog.schema.table`
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME` if `table` is malformed
 */
export function headersProviderOf(
  connection: ResolvedConnection,
  table: string,
  options: TokenOptions = {},
): HeadersProvider {
  const { auth, workspaceId, tls, userAgent } = connection;
  if (auth.kind === 'headersProvider') {
    return auth.headersProvider;
  }
  const { workspaceUrl, clientId, clientSecret } = auth;
  return new OAuthHeadersProvider({
    workspaceUrl,
    workspaceId,
    table,
    clientId,
    clientSecret,
    tls,
    userAgent,
    ...options,
  });
}
