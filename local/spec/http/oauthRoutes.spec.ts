import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';

describe('OAuth discovery', () => {
  let server: ZerobusLocal;

  beforeAll(async () => {
    server = await startZerobusLocal({ workspaceId: '42' });
  });

  afterAll(() => server.close());

  async function get(url: string): Promise<Readonly<Record<string, string>>> {
    const response = await fetch(url);
    expect(response.status).withContext(url).toBe(200);
    return (await response.json()) as Record<string, string>;
  }

  for (const path of [
    '/oidc/.well-known/oauth-authorization-server',
    '//oidc/.well-known/oauth-authorization-server',
    '/oidc/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oidc',
    '/.well-known/oauth-authorization-server',
  ]) {
    it(`leads from ${path} to the endpoints`, async () => {
      const metadata = await get(`${server.workspaceUrl}${path}`);
      const { token_endpoint = '', authorization_endpoint = '', jwks_uri = '', issuer } = metadata;
      const token = await fetch(token_endpoint, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('any:client')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' }),
      });
      const signIn = await fetch(authorization_endpoint);

      expect(issuer).toBe(`${server.workspaceUrl}/oidc`);
      expect(token_endpoint).toBe(`${server.workspaceUrl}/oidc/v1/token`);
      expect(token.status).toBe(200);
      expect((await get(jwks_uri)) as object).toEqual({ keys: [] });
      expect([signIn.status, await signIn.text()]).toEqual([400, jasmine.stringContaining('POST /oidc/v1/token')]);
    });
  }

  it('names the addresses under which the client has reached the server', async () => {
    const metadata = await get(
      `${server.workspaceUrl.replace('127.0.0.1', 'localhost')}/oidc/.well-known/oauth-authorization-server`,
    );

    expect(metadata['token_endpoint']).toBe(`http://localhost:${server.httpPort}/oidc/v1/token`);
  });

  it('tells the Databricks SDKs the workspace', async () => {
    expect((await get(`${server.workspaceUrl}/.well-known/databricks-config`)) as object).toEqual({
      oidc_endpoint: `${server.workspaceUrl}/oidc`,
      workspace_id: '42',
    });
  });
});
