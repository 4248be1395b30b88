import { request } from 'node:http';
import type { FaultsView } from '../../../lib/live/api/faultView.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { EventFeed } from '../../support/eventFeed.ts';
import { readLive } from '../../support/liveRequests.ts';
import { READINGS_DDL } from '../../support/readings.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly code: string;
}

const FAULT = JSON.stringify({ kind: 'dropAcks' });

describe('Access to the live page', () => {
  const credentials = { clientId: 'me', clientSecret: 'secret: ü' };
  let server: ZerobusLocal;
  let closed: ZerobusLocal;
  let token: string;

  beforeAll(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL] });
    closed = await startZerobusLocal({ tables: [READINGS_DDL], auth: credentials });
    ({ token } = await readLive<{ token: string }>(server, 'page-token'));
  });

  afterEach(() => server.faults.clear());
  afterAll(() => Promise.all([server.close(), closed.close()]));

  /** Sends any header, also those that fetch sets itself. */
  function send(
    { httpPort }: ZerobusLocal,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body = '',
  ): Promise<Answer> {
    return new Promise((done, fail) => {
      const call = request({ host: '127.0.0.1', port: httpPort, path, method, headers, agent: false }, (response) => {
        const { statusCode: status = 0, headers: received } = response;
        if (received['content-type'] === 'text/event-stream') {
          response.destroy();
          done({ status, headers: received, code: '' });
          return;
        }
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => done({ status, headers: received, code: codeIn(text) }));
      });
      call.on('error', fail).end(method === 'POST' ? body : '');
    });
  }

  function codeIn(text: string): string {
    return text.startsWith('{') ? ((JSON.parse(text) as { readonly error_code?: string }).error_code ?? '') : '';
  }

  async function routesOf(of: ZerobusLocal): Promise<readonly (readonly [method: string, path: string])[]> {
    const listed = await (await fetch(`${of.workspaceUrl}/api/local`)).json();
    const routes = listed as readonly { readonly method: string; readonly path: string }[];
    expect(routes.length).toBeGreaterThan(10);
    return routes.map(({ method, path }) => [
      method,
      path.replace(':fullName', 'main.iot.readings').replace(':id', '1'),
    ]);
  }

  it('is refused to pages of other sites, and to those whose own name leads to this machine', async () => {
    const { httpPort } = server;
    for (const [method, path] of [...(await routesOf(server)), ['GET', '/'], ['GET', '/page/main.js']] as const) {
      for (const headers of [
        { host: `rebound.example.com:${httpPort}`, 'accept-language': 'en' },
        { origin: 'https://example.com' },
        { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
        { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' },
      ]) {
        const page = { accept: 'text/html', 'content-type': 'application/json', 'x-zerobus-page-token': token };
        const { status, code } = await send(server, method, path, { ...page, ...headers }, FAULT);
        expect([status, code])
          .withContext(`${method} ${path} ${JSON.stringify(headers)}`)
          .toEqual([403, 'PERMISSION_DENIED']);
      }
    }
    expect(server.faults.active).toEqual([]);
  });

  it('needs the token of the page and JSON for each change', async () => {
    const json = { 'content-type': 'application/json' };
    for (const [method, path] of (await routesOf(server)).filter(([each]) => each !== 'GET')) {
      for (const [headers, expected] of [
        [json, [403, 'PAGE_TOKEN_REQUIRED']],
        [{ ...json, 'x-zerobus-page-token': `${token}x` }, [403, 'PAGE_TOKEN_REQUIRED']],
        [{ ...json, 'x-zerobus-page-token': '' }, [403, 'PAGE_TOKEN_REQUIRED']],
        [{ 'content-type': 'text/plain', 'x-zerobus-page-token': token }, [415, 'INVALID_PARAMETER_VALUE']],
        [{ 'x-zerobus-page-token': token }, [415, 'INVALID_PARAMETER_VALUE']],
      ] as const) {
        if (method === 'DELETE' && expected[0] === 415) {
          continue;
        }
        const { status, code } = await send(server, method, path, headers, FAULT);
        expect([status, code])
          .withContext(`${method} ${path} ${JSON.stringify(headers)}`)
          .toEqual([...expected]);
      }
    }
    const large = JSON.stringify({ kind: 'dropAcks', parameters: { padding: 'x'.repeat(1024 * 1024) } });
    const answer = await send(server, 'POST', '/api/local/faults', { ...json, 'x-zerobus-page-token': token }, large);
    expect([answer.status, answer.code]).toEqual([413, 'INVALID_PARAMETER_VALUE']);
    expect(server.faults.active).toEqual([]);
  });

  it('has another token at each server, which is no secret of the credentials', async () => {
    const other = await send(closed, 'GET', '/api/local/page-token', {});
    expect(other.status).toBe(401);
    const authorization = `Basic ${Buffer.from('me:secret: ü').toString('base64')}`;
    const response = await fetch(`${closed.workspaceUrl}/api/local/page-token`, { headers: { authorization } });
    expect(((await response.json()) as { token: string }).token).not.toBe(token);
  });

  it('is never stored by caches, whatever the answer', async () => {
    for (const [method, path] of [...(await routesOf(server)), ['GET', '/api/local/none']] as const) {
      for (const headers of [{}, { origin: 'https://example.com' }] as const) {
        const answer = await send(server, method, path, headers);
        expect([answer.headers['cache-control'], answer.headers['x-content-type-options']])
          .withContext(`${method} ${path} ${answer.status}`)
          .toEqual(['no-store', 'nosniff']);
      }
    }
  });

  it('needs the client id and its secret if only one client gets tokens', async () => {
    const basic = (text: string): Record<string, string> => ({
      accept: 'text/html',
      authorization: `Basic ${Buffer.from(text).toString('base64')}`,
    });
    for (const [method, path] of [...(await routesOf(server)), ['GET', '/'], ['GET', '/page/main.js']] as const) {
      for (const headers of [
        { accept: 'text/html' },
        basic('me:wrong'),
        basic('me'),
        basic(''),
        basic('you:secret: ü'),
      ]) {
        const { status, code, headers: received } = await send(closed, method, path, headers);
        expect([status, code, received['www-authenticate']])
          .withContext(`${method} ${path}`)
          .toEqual([401, 'UNAUTHENTICATED', 'Basic realm="zerobus-local", charset="UTF-8"']);
      }
    }
    for (const path of ['/', '/page/main.js', '/api/local/overview', '/api/local/faults', '/api/local/events']) {
      expect((await send(closed, 'GET', path, basic('me:secret: ü'))).status)
        .withContext(path)
        .toBe(200);
    }
    const feed = await EventFeed.open(closed, basic('me:secret: ü'));
    await feed.next('faults');
    await feed.close();
  });

  it('has no other spelling of a path that gets around the guard', async () => {
    for (const path of [
      '//api/local/overview',
      '/api//local///overview',
      '/page/../api/local/overview',
      '/%2e/api/local/overview',
      '/api/local/./overview',
    ]) {
      expect((await send(closed, 'GET', path, {})).status)
        .withContext(path)
        .toBe(401);
    }
    for (const path of [
      '/%61pi/local/overview',
      '/api%2flocal/overview',
      '/API/local/overview',
      '/api/local;a/overview',
    ]) {
      expect((await send(closed, 'GET', path, {})).status)
        .withContext(path)
        .toBe(404);
    }
    const alter = '/api/local/alter/../faults';
    expect((await send(closed, 'POST', alter, { 'content-type': 'application/json' }, FAULT)).status).toBe(401);
    expect((await send(server, 'POST', alter, { 'content-type': 'application/json' }, FAULT)).status).toBe(403);
  });

  it('keeps no program from what it has always reached', async () => {
    expect((await send(closed, 'GET', '/', { accept: '*/*' })).status).toBe(200);
    expect((await send(closed, 'GET', '/health', {})).status).toBe(200);
    const alter = await send(closed, 'POST', '/api/local/alter', {}, 'ALTER TABLE a.b.c ADD COLUMNS (d INT)');
    expect([alter.status, alter.headers['www-authenticate']]).toEqual([401, undefined]);
    const view = await readLive<FaultsView>(server, 'faults');
    expect(view.active).toEqual([]);
  });
});
