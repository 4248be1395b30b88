import type { OAuthHeadersProviderOptions } from '../../lib/auth/oAuthHeadersProvider.ts';
import type { StreamHeaders } from '../../lib/transport/transport.ts';

/** Options of a provider in specs. The secret is `hush`. */
export const providerOptions: OAuthHeadersProviderOptions = {
  workspaceUrl: 'https://dbc-1.cloud.databricks.com',
  workspaceId: '1234',
  table: 'main.iot.readings',
  clientId: 'my-client',
  clientSecret: 'hush',
};

/** The headers of a provider for a token. */
export function headersOf(token: string, table: string = 'main.iot.readings'): StreamHeaders {
  return { authorization: `Bearer ${token}`, 'x-databricks-zerobus-table-name': table };
}
