import { request } from 'node:http';
import { hostname } from 'node:os';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import type { ZerobusLocalOptions } from '../../lib/zerobusLocalOptions.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

type Headers = Readonly<Record<string, string>>;

describe('The HTTP endpoints and web pages of other sites', () => {
  let server: ZerobusLocal | undefined;

  afterEach(() => server?.close());

  async function start(options: ZerobusLocalOptions = {}): Promise<ZerobusLocal> {
    server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false, ...options });
    return server;
  }

  /** Sends any header, also those that fetch sets itself. */
  function send(url: string, method: string, headers: Headers, body = ''): Promise<[number, string]> {
    return new Promise((done, fail) => {
      const call = request(url, { method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => done([response.statusCode ?? 0, text]));
      });
      call.on('error', fail).end(body);
    });
  }

  const insert = ({ httpPort }: ZerobusLocal, headers: Headers): Promise<[number, string]> =>
    send(
      `http://127.0.0.1:${httpPort}/zerobus/v1/tables/${READINGS}/insert`,
      'POST',
      { 'content-type': 'application/json', ...headers },
      '{"temp":1}',
    );

  it('are not served by any route, under whatever name the page has reached this machine', async () => {
    const { httpPort, workspaceUrl } = await start();
    const description = await fetch(workspaceUrl, { headers: { accept: 'text/plain' } });
    const routes = [...(await description.text()).matchAll(/(GET|POST) (http.*)/g)];
    expect(routes.length).toBeGreaterThan(5);
    for (const [, method = '', listed = ''] of [...routes, ['', 'GET', `${workspaceUrl}/`], ['', 'GET', '/none']]) {
      const url = new URL(listed.replace('{full name}', READINGS), workspaceUrl).href;
      for (const headers of [
        { host: `rebound.example.com:${httpPort}`, 'accept-language': 'en' },
        { host: `rebound.example.com:${httpPort}`, origin: `http://rebound.example.com:${httpPort}` },
        { origin: 'https://example.com' },
        { origin: 'null' },
        { origin: `http://127.0.0.1:${httpPort + 1}` },
        { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
        { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' },
      ]) {
        const [status, body] = await send(url, method, headers);
        expect(status)
          .withContext(`${method} ${url} ${JSON.stringify(headers)}`)
          .toBe(403);
        expect(JSON.parse(body)).toEqual({ error_code: 'PERMISSION_DENIED', message: jasmine.stringMatching(/\.$/) });
      }
    }
    expect(server?.counters(READINGS).acceptedRows).toBe(0);
  });

  it('do not keep programs out, by whatever name they reach the server', async () => {
    const { httpPort } = await start();
    for (const host of [
      ...['localhost', 'LOCALHOST.', '127.0.0.1', '127.8.9.10', '[::1]', '192.168.1.20', 'app.localhost', hostname()],
      ...['zerobus', 'host.docker.internal', 'gateway.containers.internal', 'my-mac.local', 'zerobus.test'],
      ...['zerobus.example.com', 'service.example'],
    ]) {
      const [status, body] = await insert(server as ZerobusLocal, { host: `${host}:${httpPort}` });
      expect([status, body]).withContext(host).toEqual([200, '{}']);
    }
  });

  it('do not keep out what the server itself has shown, its own links, and developers who proxy to it', async () => {
    const { httpPort, workspaceUrl } = await start();
    for (const headers of [
      { origin: `http://127.0.0.1:${httpPort}` },
      { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-mode': 'cors' },
    ]) {
      expect((await insert(server as ZerobusLocal, headers))[0])
        .withContext(JSON.stringify(headers))
        .toBe(200);
    }
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await send(`${workspaceUrl}/`, 'GET', link))[0]).toBe(200);
    expect((await insert(server as ZerobusLocal, link))[0]).toBe(403);
  });

  it('do not keep browsers out, by any name that only this machine or network can have', async () => {
    const { httpPort } = await start();
    for (const host of ['localhost', '127.8.9.10', '[::1]', 'app.localhost', hostname(), 'zerobus', 'my-mac.local']) {
      const [status] = await insert(server as ZerobusLocal, { host: `${host}:${httpPort}`, 'accept-language': 'en' });
      expect(status).withContext(host).toBe(200);
    }
  });

  it('do not keep out names that the user has given', async () => {
    const named = await start({ allowedHosts: ['zerobus.example.com'] });
    expect((await insert(named, { host: 'Zerobus.example.com', 'accept-language': 'en' }))[0]).toBe(200);
    expect((await insert(named, { host: 'zerobus.example.com', origin: 'https://zerobus.example.com' }))[0]).toBe(200);
    const [status, body] = await insert(named, { host: 'other.example.com', 'accept-language': 'en' });
    expect(status).toBe(403);
    expect(body).toContain('--allow-host other.example.com');
  });

  it('do not keep other machines out if the server listens on all addresses', async () => {
    const open = await start({ host: '0.0.0.0' });
    const host = `build.example.com:${open.httpPort}`;
    expect((await insert(open, { host }))[0]).toBe(200);
    expect((await insert(open, { host, origin: `http://${host}` }))[0]).toBe(403);
    expect((await insert(open, { host: 'zerobus:8443', origin: 'https://example.com' }))[0]).toBe(403);
    expect((await insert(open, { host: 'zerobus:8443' }))[0]).toBe(200);
  });
});
