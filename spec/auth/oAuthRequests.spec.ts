import { firstValueFrom } from 'rxjs';
import { OAuthHeadersProvider, type OAuthHeadersProviderOptions } from '../../lib/auth/oAuthHeadersProvider.ts';
import { TokenCache } from '../../lib/auth/tokenCache.ts';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { Secret } from '../../lib/secrets/secret.ts';
import type { StreamHeaders } from '../../lib/transport/transport.ts';
import { headersOf, providerOptions } from '../support/providerOptions.ts';
import { reply, startTokenEndpoint } from '../support/tokenEndpoint.ts';

describe('OAuthHeadersProvider over HTTP', () => {
  function providerAt(workspaceUrl: string, more: Partial<OAuthHeadersProviderOptions> = {}): OAuthHeadersProvider {
    return new OAuthHeadersProvider({ ...providerOptions, workspaceUrl, ...more });
  }

  function ask(provider: OAuthHeadersProvider): Promise<StreamHeaders> {
    return firstValueFrom(provider.getHeaders());
  }

  async function failureOf(provider: OAuthHeadersProvider): Promise<Pick<ZerobusError, 'code' | 'isRetryable'>> {
    const { code, isRetryable } = (await ask(provider).catch((error: unknown) => error)) as ZerobusError;
    return { code, isRetryable };
  }

  /** An endpoint that issues token-1, token-2 and so on, with a lifetime of `expiresIn`. */
  function startIssuer(expiresIn: unknown): ReturnType<typeof startTokenEndpoint> {
    return startTokenEndpoint((response, count) =>
      reply(response, 200, { access_token: `token-${count}`, token_type: 'Bearer', expires_in: expiresIn }),
    );
  }

  it('mints_once_then_serves_from_cache', async () => {
    await using endpoint = await startIssuer(3600);
    const provider = providerAt(endpoint.workspaceUrl);
    expect(await ask(provider)).toEqual(headersOf('token-1'));
    expect(await ask(provider)).toEqual(headersOf('token-1'));
    expect(endpoint.requests).toHaveSize(1);
  });

  it('quoted_expires_in_is_cached (string expires_in cached)', async () => {
    await using endpoint = await startIssuer('3600');
    const provider = providerAt(endpoint.workspaceUrl);
    expect(await ask(provider)).toEqual(headersOf('token-1'));
    expect(await ask(provider)).toEqual(headersOf('token-1'));
    expect(endpoint.requests).toHaveSize(1);
  });

  for (const expiresIn of [undefined, null, '', 'soon', true]) {
    it(`missing_expires_in_is_not_cached: ${JSON.stringify(expiresIn)}`, async () => {
      await using endpoint = await startIssuer(expiresIn);
      const provider = providerAt(endpoint.workspaceUrl);
      expect(await ask(provider)).toEqual(headersOf('token-1'));
      expect(await ask(provider)).toEqual(headersOf('token-2'));
      expect(endpoint.requests).toHaveSize(2);
    });
  }

  it('server_error_surfaces_as_retryable', async () => {
    await using endpoint = await startTokenEndpoint((response) => reply(response, 503, ''));
    const failure = await failureOf(providerAt(endpoint.workspaceUrl));
    expect(failure).toEqual({ code: 'TOKEN_FETCH_FAILED', isRetryable: true });
    expect(endpoint.requests).toHaveSize(1);
  });

  it('429 on cold cache retryable', async () => {
    await using endpoint = await startTokenEndpoint((response) => reply(response, 429, ''));
    const failure = await failureOf(providerAt(endpoint.workspaceUrl));
    expect(failure).toEqual({ code: 'TOKEN_FETCH_FAILED', isRetryable: true });
  });

  it('client_error_surfaces_as_non_retryable', async () => {
    await using endpoint = await startTokenEndpoint((response) => reply(response, 401, { error: 'invalid_client' }));
    const failure = await failureOf(providerAt(endpoint.workspaceUrl));
    expect(failure).toEqual({ code: 'INVALID_CREDENTIALS', isRetryable: false });
    expect(endpoint.requests).toHaveSize(1);
  });

  it('unusable_token_is_rejected', async () => {
    await using endpoint = await startTokenEndpoint((response) =>
      reply(response, 200, { access_token: 'bad\ntoken', expires_in: 3600 }),
    );
    const failure = await failureOf(providerAt(endpoint.workspaceUrl));
    expect(failure).toEqual({ code: 'INVALID_CREDENTIALS', isRetryable: false });
  });

  it('invalidate_forces_a_remint', async () => {
    await using endpoint = await startIssuer(3600);
    const provider = providerAt(endpoint.workspaceUrl);
    expect(provider.invalidate(await ask(provider))).toBe(true);
    expect(await ask(provider)).toEqual(headersOf('token-2'));
    expect(endpoint.requests).toHaveSize(2);
  });

  it('auth_rejection_invalidates_and_remints: a late rejection of the old token keeps the new one', async () => {
    await using endpoint = await startIssuer(3600);
    const provider = providerAt(endpoint.workspaceUrl);
    const old = await ask(provider);
    expect(provider.invalidate(old)).toBe(true);
    expect(await ask(provider)).toEqual(headersOf('token-2'));
    expect(provider.invalidate(old)).toBe(true);
    expect(await ask(provider)).toEqual(headersOf('token-2'));
    expect(endpoint.requests).toHaveSize(2);
  });

  it('shared_cache_reuses_token_across_streams', async () => {
    await using endpoint = await startIssuer(3600);
    const cache = new TokenCache();
    expect(await ask(providerAt(endpoint.workspaceUrl, { cache }))).toEqual(headersOf('token-1'));
    expect(await ask(providerAt(endpoint.workspaceUrl, { cache }))).toEqual(headersOf('token-1'));
    expect(endpoint.requests).toHaveSize(1);
  });

  it('rejected_cached_token_forces_next_stream_to_remint', async () => {
    await using endpoint = await startIssuer(3600);
    const cache = new TokenCache();
    const [first, second, third] = [1, 2, 3].map(() => providerAt(endpoint.workspaceUrl, { cache })) as [
      OAuthHeadersProvider,
      OAuthHeadersProvider,
      OAuthHeadersProvider,
    ];
    await ask(first);
    second.invalidate(await ask(second));
    expect(endpoint.requests).toHaveSize(1);
    expect(await ask(third)).toEqual(headersOf('token-2'));
    expect(endpoint.requests).toHaveSize(2);
  });

  it('rejection_is_scoped_to_its_table', async () => {
    await using endpoint = await startIssuer(3600);
    const cache = new TokenCache();
    const readings = providerAt(endpoint.workspaceUrl, { cache });
    const devices = providerAt(endpoint.workspaceUrl, { cache, table: 'main.iot.devices' });
    const refused = await ask(readings);
    expect(await ask(devices)).toEqual(headersOf('token-2', 'main.iot.devices'));
    readings.invalidate(refused);
    expect(await ask(devices)).toEqual(headersOf('token-2', 'main.iot.devices'));
    expect(await ask(readings)).toEqual(headersOf('token-3'));
    expect(endpoint.requests).toHaveSize(3);
  });

  it('concurrent_stream_creation_mints_once', async () => {
    await using endpoint = await startIssuer(3600);
    const cache = new TokenCache();
    const all = await Promise.all(Array.from({ length: 50 }, () => ask(providerAt(endpoint.workspaceUrl, { cache }))));
    expect(new Set(all.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer token-1']));
    expect(endpoint.requests).toHaveSize(1);
  });

  it('shares no token between principals, secrets, workspaces or tables', async () => {
    await using endpoint = await startIssuer(3600);
    const cache = new TokenCache();
    const others: readonly Partial<OAuthHeadersProviderOptions>[] = [
      {},
      { clientId: 'another' },
      { clientSecret: new Secret('another') },
      { workspaceId: '5678' },
      { workspaceUrl: `${endpoint.workspaceUrl}/another` },
      { table: 'main.iot.another' },
    ];
    for (const other of others) {
      await ask(providerAt(endpoint.workspaceUrl, { cache, ...other }));
    }
    expect(endpoint.requests).toHaveSize(others.length);
  });

  it('closes the connection when the stream no longer needs the headers', async () => {
    await using endpoint = await startTokenEndpoint(() => subscription.unsubscribe());
    const subscription = providerAt(endpoint.workspaceUrl).getHeaders().subscribe();
    await endpoint.hungUp;
    expect(endpoint.requests).toHaveSize(1);
  });
});
