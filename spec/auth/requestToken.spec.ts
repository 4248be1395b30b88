import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import { checkCredentials } from '../../lib/auth/checkCredentials.ts';
import { requestToken } from '../../lib/auth/requestToken.ts';
import type { TokenRequest } from '../../lib/auth/tokenRequest.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { parseTableName } from '../../lib/table/tableName.ts';
import { FaultyProxy } from '../chaos/proxy/faultyProxy.ts';
import { withEnvironment } from '../support/environment.ts';
import { startProxyProcess } from '../support/proxyProcess.ts';
import { reply, startTokenEndpoint } from '../support/tokenEndpoint.ts';

const CLIENT_SECRET = 'hush & "hush"/+é';

function requestTo(workspaceUrl: string): TokenRequest {
  return {
    credentials: checkCredentials(workspaceUrl, 'my-client', CLIENT_SECRET),
    workspaceId: '1234',
    table: parseTableName('main.iot.readings'),
  };
}

/** The error of a request. It must be ours, and must not show the secret when it is printed. */
async function failureOf(workspaceUrl: string): Promise<ZerobusError> {
  const error: unknown = await firstValueFrom(requestToken(requestTo(workspaceUrl))).then(
    () => fail('expected an error'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZerobusError)) {
    throw error;
  }
  const printed = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error), error.stack];
  for (const form of ['hush', Buffer.from(`my-client:${CLIENT_SECRET}`).toString('base64')]) {
    expect(printed.join('\n')).not.toContain(form);
  }
  return error;
}

describe('requestToken', () => {
  it('bounds a lifetime that no timer can take', async () => {
    for (const expires_in of [1e306, '1e999', 2 ** 31]) {
      await using endpoint = await startTokenEndpoint((response) =>
        reply(response, 200, { access_token: 't', expires_in }),
      );
      expect(await firstValueFrom(requestToken(requestTo(endpoint.workspaceUrl)))).toEqual({
        accessToken: 't',
        expiresInMs: 2 ** 31 - 1,
      });
    }
  });

  it('sends exactly the request that the service expects', async () => {
    await using endpoint = await startTokenEndpoint((response) =>
      reply(response, 200, { access_token: 't', token_type: 'Bearer', expires_in: 3600 }),
    );
    expect(await firstValueFrom(requestToken(requestTo(endpoint.workspaceUrl)))).toEqual({
      accessToken: 't',
      expiresInMs: 3_600_000,
    });
    expect(endpoint.requests).toHaveSize(1);
    const [request] = endpoint.requests;
    expect(request?.line).toBe('POST /oidc/v1/token HTTP/1.1');
    expect(request?.headers.authorization).toBe('Basic bXktY2xpZW50Omh1c2ggJiAiaHVzaCIvK8Op');
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request?.headers.accept).toBe('application/json');
    expect(request?.headers['content-length']).toBe(String(request?.body.length));
    expect(request?.body).toBe(
      'grant_type=client_credentials&scope=all-apis' +
        '&resource=api%3A%2F%2Fdatabricks%2Fworkspaces%2F1234%2FzerobusDirectWriteApi' +
        '&authorization_details=' +
        '%5B%7B%22type%22%3A%22unity_catalog_privileges%22%2C%22privileges%22%3A%5B%22USE+CATALOG%22%5D%2C' +
        '%22object_type%22%3A%22CATALOG%22%2C%22object_full_path%22%3A%22main%22%7D%2C' +
        '%7B%22type%22%3A%22unity_catalog_privileges%22%2C%22privileges%22%3A%5B%22USE+SCHEMA%22%5D%2C' +
        '%22object_type%22%3A%22SCHEMA%22%2C%22object_full_path%22%3A%22main.iot%22%7D%2C' +
        '%7B%22type%22%3A%22unity_catalog_privileges%22%2C%22privileges%22%3A%5B%22SELECT%22%2C%22MODIFY%22%5D%2C' +
        '%22object_type%22%3A%22TABLE%22%2C%22object_full_path%22%3A%22main.iot.readings%22%2C' +
        '%22operations%22%3A%5B%22zerobuswrite%22%5D%7D%5D',
    );
  });

  it('is cold, and sends one request per subscription', async () => {
    await using endpoint = await startTokenEndpoint((response, count) =>
      reply(response, 200, { access_token: `t${count}` }),
    );
    const token$ = requestToken(requestTo(endpoint.workspaceUrl));
    expect(endpoint.requests).toHaveSize(0);
    expect(await firstValueFrom(token$)).toEqual({ accessToken: 't1' });
    expect(await firstValueFrom(token$)).toEqual({ accessToken: 't2' });
    expect(endpoint.requests).toHaveSize(2);
  });

  it('keeps a path of the workspace address', async () => {
    await using endpoint = await startTokenEndpoint((response) => reply(response, 200, { access_token: 't' }));
    await firstValueFrom(requestToken(requestTo(`${endpoint.workspaceUrl}/gateway/`)));
    expect(endpoint.requests[0]?.line).toBe('POST /gateway/oidc/v1/token HTTP/1.1');
  });

  it('closes the connection when it is unsubscribed', async () => {
    const asked = new EventEmitter();
    const firstRequest = once(asked, 'request');
    await using endpoint = await startTokenEndpoint(() => asked.emit('request'));
    const notifications: string[] = [];
    const subscription = requestToken(requestTo(endpoint.workspaceUrl)).subscribe({
      next: () => notifications.push('next'),
      error: () => notifications.push('error'),
      complete: () => notifications.push('complete'),
    });
    await firstRequest;
    subscription.unsubscribe();
    await endpoint.hungUp;
    expect(notifications).toEqual([]);
  });

  it('sends the request through a tunnel of the proxy that the environment names', async () => {
    await using endpoint = await startTokenEndpoint((response) => reply(response, 200, { access_token: 't' }));
    await using proxy = await startProxyProcess({ names: { 'dbc-1.example': '127.0.0.1' } });
    const { port } = new URL(endpoint.workspaceUrl);
    await withEnvironment({ http_proxy: proxy.address }, () =>
      firstValueFrom(requestToken(requestTo(`http://dbc-1.example:${port}`))),
    );
    expect(await proxy.stop()).toEqual([{ target: `dbc-1.example:${port}`, authorization: null }]);
    expect(endpoint.requests.map(({ line }) => line)).toEqual(['POST /oidc/v1/token HTTP/1.1']);
    expect(endpoint.requests[0]?.headers.host).toBe(`dbc-1.example:${port}`);
  });

  it('hides the secret from interceptors of the application', async () => {
    await using endpoint = await startTokenEndpoint((response) => reply(response, 200, { access_token: 't' }));
    const seen: unknown[] = [];
    const interceptor = axios.interceptors.request.use((config) => {
      seen.push(config);
      return config;
    });
    try {
      await firstValueFrom(requestToken(requestTo(endpoint.workspaceUrl)));
    } finally {
      axios.interceptors.request.eject(interceptor);
    }
    expect(endpoint.requests).toHaveSize(1);
    expect(seen).toEqual([]);
  });

  it('says why the endpoint refused, without the secret that the endpoint repeats', async () => {
    const basic = Buffer.from(`my-client:${CLIENT_SECRET}`).toString('base64');
    await using endpoint = await startTokenEndpoint((response) =>
      reply(response, 401, {
        error: 'invalid_client',
        error_description: `no\nsuch client: ${CLIENT_SECRET}, ${encodeURIComponent(CLIENT_SECRET)}, Basic ${basic}, ${JSON.stringify(CLIENT_SECRET)}`,
      }),
    );
    const error = await failureOf(endpoint.workspaceUrl);
    expect([error.code, error.isRetryable]).toEqual(['INVALID_CREDENTIALS', false]);
    expect(error.message).toBe(
      `${endpoint.workspaceUrl} refused a token for main.iot.readings (HTTP 401): invalid_client: ` +
        'no such client: [secret], [secret], Basic [secret], "[secret]". ' +
        'Check workspaceUrl, clientId and clientSecret, and that USE CATALOG, USE SCHEMA, SELECT and MODIFY are granted to the service principal directly.',
    );
    expect(error.cause).toBeUndefined();
  });

  const answers: readonly [number, unknown, string, boolean, RegExp][] = [
    [
      400,
      { error_code: 'INVALID_PARAMETER_VALUE', message: 'bad' },
      'INVALID_CREDENTIALS',
      false,
      /INVALID_PARAMETER_VALUE: bad/,
    ],
    // A server answers like this if the connection breaks within the request. OAuth requires an `error` with it.
    [
      400,
      '',
      'TOKEN_FETCH_FAILED',
      true,
      /answered the token request with HTTP 400 Bad Request and no text\. This is not/,
    ],
    [400, '<html>hush</html>', 'TOKEN_FETCH_FAILED', true, /with HTTP 400 Bad Request and an HTML page\. This is not/],
    [401, { error: 'invalid_client' }, 'INVALID_CREDENTIALS', false, /\(HTTP 401\): invalid_client\. Check/],
    [403, { error: 'access_denied' }, 'INVALID_CREDENTIALS', false, /\(HTTP 403\): access_denied\. Check/],
    [404, '', 'INVALID_CREDENTIALS', false, /Check workspaceUrl/],
    // A roll-out of a load balancer or a proxy answers like this, and it goes away.
    ...[401, 403, 404, 405].map((status): [number, unknown, string, boolean, RegExp] => [
      status,
      '<html>hush</html>',
      'TOKEN_FETCH_FAILED',
      true,
      new RegExp(
        `answered the token request with HTTP ${status} [A-Z][A-Za-z ]+ and an HTML page\\. This is not an answer of a ` +
          'workspace, but of a load balancer or a proxy in front of it\\. Check workspaceUrl, and whether a proxy changes it or is being updated\\.$',
      ),
    ]),
    [
      404,
      { message: 'no Route matched with those values' },
      'TOKEN_FETCH_FAILED',
      true,
      /with HTTP 404 Not Found and JSON\. This is not/,
    ],
    [408, '', 'TOKEN_FETCH_FAILED', true, /\(HTTP 408\)\. Try again later\.$/],
    [
      429,
      { error: 'slow_down' },
      'TOKEN_FETCH_FAILED',
      true,
      /could not issue a token \(HTTP 429\): slow_down\. Try again later\.$/,
    ],
    [500, { error: 7, error_description: ['x'] }, 'TOKEN_FETCH_FAILED', true, /\(HTTP 500\)\. Try again later\.$/],
    [503, 'null', 'TOKEN_FETCH_FAILED', true, /\(HTTP 503\)\. Try again later\.$/],
    [
      200,
      '<html>sign in</html>',
      'TOKEN_FETCH_FAILED',
      true,
      /answered the token request without a token \(HTTP 200\)\. Set workspaceUrl to the address of the workspace itself\.$/,
    ],
    [200, { access_token: 7 }, 'TOKEN_FETCH_FAILED', true, /without a token/],
    [204, '', 'TOKEN_FETCH_FAILED', true, /without a token/],
  ];
  for (const [status, body, code, isRetryable, message] of answers) {
    it(`makes ${code} of HTTP ${status} with ${JSON.stringify(body)}`, async () => {
      await using endpoint = await startTokenEndpoint((response) => reply(response, status, body));
      const error = await failureOf(endpoint.workspaceUrl);
      expect([error.code, error.isRetryable]).toEqual([code as ZerobusError['code'], isRetryable]);
      expect(error.message).toMatch(message);
    });
  }

  for (const status of [429, 503]) {
    it(`passes on the wait that the endpoint asks for with HTTP ${status}, in seconds or as a date`, async () => {
      const nowMs = Date.UTC(2026, 10, 26, 10);
      await using endpoint = await startTokenEndpoint((response, count) => {
        response.setHeader('date', new Date(nowMs).toUTCString());
        response.setHeader('retry-after', count === 1 ? '7' : new Date(nowMs + 12_000).toUTCString());
        reply(response, status, '');
      });
      for (const seconds of [7, 12]) {
        const error = await failureOf(endpoint.workspaceUrl);
        expect([error.code, error.isRetryable, error.retryAfterMs]).toEqual([
          'TOKEN_FETCH_FAILED',
          true,
          seconds * 1000,
        ]);
        expect(error.message).toContain(`(HTTP ${status}). Try again in ${seconds} s.`);
      }
    });
  }

  it('bounds the text that it repeats from an answer', async () => {
    await using endpoint = await startTokenEndpoint((response) => reply(response, 400, { error: 'x'.repeat(100_000) }));
    expect((await failureOf(endpoint.workspaceUrl)).message.length).toBeLessThan(700);
  });

  it('does not read an endless answer', async () => {
    await using endpoint = await startTokenEndpoint((response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const write = (): void => {
        while (!response.destroyed && response.write(chunk)) {}
      };
      response.on('drain', write);
      write();
    });
    const error = await failureOf(endpoint.workspaceUrl);
    expect([error.code, error.isRetryable]).toEqual(['TOKEN_FETCH_FAILED', true]);
    expect(error.message).toContain('maxContentLength');
    await endpoint.hungUp;
  });

  it('does not carry the secret along a redirect', async () => {
    await using elsewhere = await startTokenEndpoint((response) => reply(response, 200, { access_token: 't' }));
    await using endpoint = await startTokenEndpoint((response) => {
      response.writeHead(307, {
        location: `${elsewhere.workspaceUrl}/oidc/v1/token?hint=${encodeURIComponent('hush')}`,
      });
      response.end();
    });
    const error = await failureOf(endpoint.workspaceUrl);
    expect([error.code, error.isRetryable]).toEqual(['INVALID_ENDPOINT', false]);
    expect(error.message).toContain(`redirects token requests (HTTP 307) to ${elsewhere.workspaceUrl};`);
    expect(elsewhere.requests).toHaveSize(0);
  });

  it('is retryable if no server listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const error = await failureOf(`http://127.0.0.1:${port}`);
    expect([error.code, error.isRetryable]).toEqual(['TOKEN_FETCH_FAILED', true]);
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.cause).toEqual(jasmine.objectContaining({ code: 'ECONNREFUSED' }));
  });

  it('is retryable if the connection is half-closed within the request', async () => {
    await using endpoint = await startTokenEndpoint((response) => reply(response, 200, { access_token: 't' }));
    const fault = { kind: 'halfClose', direction: 'toServer', delayMs: 0, bytesPerSecond: 0 } as const;
    const port = Number(new URL(endpoint.workspaceUrl).port);
    for (const afterBytes of [10, 300, 700]) {
      const proxy = await FaultyProxy.start(port, [{ ...fault, afterBytes }]);
      const error = await failureOf(proxy.url);
      expect([error.code, error.isRetryable]).withContext(`${afterBytes}`).toEqual(['TOKEN_FETCH_FAILED', true]);
      await proxy.close();
    }
  });

  it('is retryable if the connection is cut or the answer is not HTTP', async () => {
    for (const answer of ['', 'SSH-2.0-OpenSSH_9.2\r\n']) {
      const server = createServer((socket) => {
        socket.once('data', () => socket.end(answer));
        socket.on('error', () => undefined);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const error = await failureOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      expect([error.code, error.isRetryable]).withContext(answer).toEqual(['TOKEN_FETCH_FAILED', true]);
      server.close();
      await once(server, 'close');
    }
  });
});
