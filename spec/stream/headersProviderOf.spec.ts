import { firstValueFrom } from 'rxjs';
import { OAuthHeadersProvider } from '../../lib/auth/oAuthHeadersProvider.ts';
import { TokenCache } from '../../lib/auth/tokenCache.ts';
import { toStreamHeaders } from '../../lib/auth/toStreamHeaders.ts';
import { resolveConnection } from '../../lib/connection.ts';
import { headersProviderOf } from '../../lib/stream/headersProviderOf.ts';
import { reply, startTokenEndpoint } from '../support/tokenEndpoint.ts';

describe('headersProviderOf', () => {
  it('requests tokens from the workspace of the connection, with its credentials', async () => {
    await using endpoint = await startTokenEndpoint((response) =>
      reply(response, 200, { access_token: 't', expires_in: 60 }),
    );
    const connection = resolveConnection(
      { endpoint: '1234.zerobus.example', workspaceUrl: endpoint.workspaceUrl, clientId: 'id', clientSecret: 'hush' },
      {},
    );
    const cache = new TokenCache();
    for (const _stream of ['one', 'two']) {
      const provider = headersProviderOf(connection, 'main.iot.readings', { cache });
      expect(provider).toBeInstanceOf(OAuthHeadersProvider);
      expect(await firstValueFrom(toStreamHeaders(provider))).toEqual({
        authorization: 'Bearer t',
        'x-databricks-zerobus-table-name': 'main.iot.readings',
      });
    }
    expect(endpoint.requests).toHaveSize(1);
    expect(endpoint.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('id:hush').toString('base64')}`);
    expect(endpoint.requests[0]?.body).toContain('workspaces%2F1234%2FzerobusDirectWriteApi');
  });

  it("returns the user's own provider if there is one", () => {
    const headersProvider = { getHeaders: () => ({}) };
    const connection = resolveConnection({ endpoint: 'http://127.0.0.1:1', headersProvider }, {});
    expect(headersProviderOf(connection, 'main.iot.readings')).toBe(headersProvider);
  });
});
