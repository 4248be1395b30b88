import type { SchedulerLike } from 'rxjs';
import type { HeadersProvider } from './auth/headersProvider.ts';
import { OAuthHeadersProvider } from './auth/oAuthHeadersProvider.ts';
import type { TokenCache } from './auth/tokenCache.ts';
import type { Connection } from './connection.ts';

/** How the tokens of a connection are kept and waited for; see `OAuthHeadersProviderOptions`. */
export interface TokenOptions {
  /** Where tokens are kept. Defaults to a cache of the provider's own. */
  readonly cache?: TokenCache | undefined;
  /** The clock and the timers of the provider's own cache. Defaults to `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** How long a stream waits for a token in ms. Defaults to 15,000. */
  readonly recoveryTimeoutMs?: number | undefined;
}

/**
 * The provider of a connection's headers: the user's own one, or OAuth with the connection's credentials.
 *
 * @param connection out of `resolveConnection`
 * @param table the table to write: `catalog.schema.table`
 * @throws `ZerobusError` `INVALID_TABLE_NAME`
 */
export function headersProviderOf(connection: Connection, table: string, options: TokenOptions = {}): HeadersProvider {
  const { auth, workspaceId, tls } = connection;
  if (auth.kind === 'headersProvider') return auth.headersProvider;
  const { workspaceUrl, clientId, clientSecret } = auth;
  return new OAuthHeadersProvider({ workspaceUrl, workspaceId, table, clientId, clientSecret, tls, ...options });
}
