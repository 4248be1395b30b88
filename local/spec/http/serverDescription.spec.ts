import { Activity } from '../../lib/faults/activity.ts';
import { httpApplication } from '../../lib/http/httpApplication.ts';
import { makeLiveSite } from '../../lib/http/live/makeLiveSite.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import { VERSION } from '../../lib/version.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

const DOCUMENTATION = 'https://github.com/rxjs-zerobus/rxjs-zerobus/tree/main/local#readme';

describe('GET / of zerobus-local', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL, 'CREATE TABLE main.iot.others (a INT)'] });
  });
  afterEach(() => server.close());

  it('says as text what this is, with addresses that work', async () => {
    for (const accept of ['*/*', 'text/plain']) {
      const response = await fetch(server.workspaceUrl, { headers: { accept } });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
      const text = await response.text();
      for (const part of [
        `zerobus-local ${VERSION}`,
        ` ${server.endpoint}\n`,
        `Live page           GET ${server.workspaceUrl}/\n`,
        `POST ${server.workspaceUrl}/oidc/v1/token\n`,
        `GET ${server.workspaceUrl}/api/2.1/unity-catalog/tables/{full name}\n`,
        `GET ${server.workspaceUrl}/health\n`,
        `\n  ${READINGS}\n`,
        '\n  main.iot.others\n',
        DOCUMENTATION,
      ]) {
        expect(text).toContain(part);
      }
      // By the name that the client knows.
      const { port, httpPort } = server;
      const byName = await fetch(`http://localhost:${httpPort}/`, { headers: { accept } });
      expect(await byName.text()).toContain(` http://localhost:${port}\n`);
    }
  });

  it('answers in JSON to clients that ask for it, and answers HEAD', async () => {
    const response = await fetch(server.workspaceUrl, { headers: { accept: 'application/json' } });
    expect(await response.json()).toEqual({
      name: 'zerobus-local',
      version: VERSION,
      endpoints: {
        grpc: server.endpoint,
        page: `${server.workspaceUrl}/`,
        restIngest: `${server.workspaceUrl}/zerobus/v1/tables/{full name}/insert`,
        tokens: `${server.workspaceUrl}/oidc/v1/token`,
        unityCatalog: `${server.workspaceUrl}/api/2.1/unity-catalog/tables/{full name}`,
        alterTable: `${server.workspaceUrl}/api/local/alter`,
        live: `${server.workspaceUrl}/api/local`,
        oauthMetadata: `${server.workspaceUrl}/oidc/.well-known/oauth-authorization-server`,
        openIdConfiguration: `${server.workspaceUrl}/oidc/.well-known/openid-configuration`,
        oauthMetadataOfIssuer: `${server.workspaceUrl}/.well-known/oauth-authorization-server/oidc`,
        oauthMetadataOfHost: `${server.workspaceUrl}/.well-known/oauth-authorization-server`,
        databricksConfig: `${server.workspaceUrl}/.well-known/databricks-config`,
        keys: `${server.workspaceUrl}/oidc/jwks.json`,
        authorize: `${server.workspaceUrl}/oidc/v1/authorize`,
        health: `${server.workspaceUrl}/health`,
      },
      tables: [READINGS, 'main.iot.others'],
      documentation: DOCUMENTATION,
    });
    const head = await fetch(server.workspaceUrl, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(server.workspaceUrl, { method: 'POST' })).status).toBe(404);
    const missing = await fetch(`${server.workspaceUrl}/favicon.ico`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toEqual({
      error_code: 'ENDPOINT_NOT_FOUND',
      message: `zerobus-local does not serve GET /favicon.ico. GET ${server.workspaceUrl}/ lists what it serves.`,
    });
  });

  it('is the live page for browsers, which loads its files', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const response = await fetch(server.workspaceUrl, { headers: { accept } });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const files = [...(await response.text()).matchAll(/(?:src|href)="(page\/[^"]+)"/g)].map(([, path]) => path);
    expect(files.length).toBeGreaterThan(1);
    for (const path of files) {
      const file = await fetch(`${server.workspaceUrl}/${path}`);
      expect([file.status, file.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
    }
    expect((await fetch(`${server.workspaceUrl}/page/none.js`)).status).toBe(404);
  });

  it('lists each route that is served, and leads to a list of those of the live page', async () => {
    const sites = { host: '127.0.0.1', allowedHosts: [], hasTls: false };
    const context = { sites, activity: new Activity(() => undefined), grpcPort: () => undefined, tableNames: () => [] };
    const application = httpApplication(context as never, {} as never, makeLiveSite(context as never), fail);
    const text = await (await application.request('http://here/')).text();
    const { endpoints } = (await (
      await application.request('http://here/', { headers: { accept: 'application/json' } })
    ).json()) as { readonly endpoints: Readonly<Record<string, string>> };
    // Middleware and the answer to wrong methods are for all methods.
    const served = application.routes.filter(({ method, path }) => method !== 'ALL' && path !== '/');
    expect(served.length).toBeGreaterThan(5);
    const live = (await (await application.request('http://here/api/local')).json()) as readonly {
      readonly method: string;
      readonly path: string;
    }[];
    expect(live.length).toBeGreaterThan(5);
    for (const { method, path } of served) {
      if (path.startsWith('/page/') || live.some((route) => route.method === method && route.path === path)) {
        continue;
      }
      const url = `http://here${path.replace(/:\w+/, '{full name}')}`;
      expect(text).toContain(` ${method} ${url}\n`);
      expect(Object.values(endpoints)).toContain(url);
    }
  });

  it('names no tables if only one client gets tokens, and says if there are none', async () => {
    await using closed = await startZerobusLocal({
      tables: [READINGS_DDL],
      auth: { clientId: 'me', clientSecret: 'hidden' },
    });
    for (const accept of ['*/*', 'application/json']) {
      const text = await (await fetch(closed.workspaceUrl, { headers: { accept } })).text();
      expect(text).not.toMatch(/readings|hidden/);
    }
    await using empty = await startZerobusLocal();
    expect(await (await fetch(empty.workspaceUrl)).text()).toContain('No tables yet.');
  });
});
