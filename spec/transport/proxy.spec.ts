import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { lastValueFrom, map, range } from 'rxjs';
import { readTable, type ZerobusLocal } from 'zerobus-local';
import { fetchTable } from '../../lib/catalog/fetchTable.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { type CertificateAuthority, makeCertificateAuthority } from '../support/certificateAuthority.ts';
import { withEnvironment } from '../support/environment.ts';
import { freePort } from '../support/freePort.ts';
import { startProxyProcess } from '../support/proxyProcess.ts';
import { READINGS_TABLE, type StartedServer, startServer } from '../support/startServer.ts';

const RECORD_COUNT = 1000;
/** A delay so long that a spec would time out if a hopeless attempt were repeated. */
const noSecondTry = { recoveryBackoffMs: 600_000, random: () => 0.99 };
const noToken: ToZerobusOptions = { headersProvider: { getHeaders: () => ({}) } };
const AUTHORIZATION = `Basic ${Buffer.from('us@er:hu:sh').toString('base64')}`;
const USER = 'us%40er:hu%3Ash';

/** Writes some readings in this environment, and returns the last durable offset. */
function write(env: Readonly<Record<string, string>>, options: ToZerobusOptions): Promise<number> {
  return withEnvironment(env, () =>
    lastValueFrom(
      range(RECORD_COUNT).pipe(
        map((n) => ({ device: `d${n % 3}`, temp: n })),
        toZerobus(READINGS_TABLE, { ...noSecondTry, ...options }),
      ),
    ),
  );
}

/** The error that writing ends with. It must return all records and show no password. */
async function failure(env: Readonly<Record<string, string>>, options: ToZerobusOptions): Promise<ZerobusError> {
  const error = await write(env, options).then(
    () => fail('expected an error'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZerobusError)) {
    throw error;
  }
  expect(error.unacked).toHaveSize(RECORD_COUNT);
  const printed = inspect(error, { depth: 20, showHidden: true });
  for (const secret of ['hu%3Ash', 'hu:sh', AUTHORIZATION.slice(6)]) {
    expect(printed).not.toContain(secret);
  }
  return error;
}

async function expectRows(server: ZerobusLocal): Promise<void> {
  await server.flush();
  const { rows } = await readTable(
    server.tablePath(READINGS_TABLE),
    'SELECT count(*)::INT, count(DISTINCT temp)::INT FROM this',
  );
  expect(rows).toEqual([[RECORD_COUNT, RECORD_COUNT]]);
}

describe('Connections through a proxy', () => {
  let authority: CertificateAuthority;

  beforeAll(async () => {
    authority = await makeCertificateAuthority();
  });

  for (const tls of [false, true]) {
    describe(tls ? 'over TLS to the service' : 'without TLS to the service', () => {
      let server: ZerobusLocal;
      let connection: StartedServer['connection'];
      let trust: ToZerobusOptions;

      beforeEach(async () => {
        ({ server, connection } = await startServer({ tls }));
        trust = tls ? { tls: { ca: [server.ca ?? '', authority.ca] } } : {};
      });
      afterEach(() => server.close());

      const targets = (): string[] => [`127.0.0.1:${server.httpPort}`, `127.0.0.1:${server.port}`];

      it('test_proxy_and_no_proxy', async () => {
        await using proxy = await startProxyProcess();
        const env = { grpc_proxy: `http://${proxy.address}`, no_proxy: 'other.example, 127.0.0.1' };
        expect(await write(env, { ...connection, ...trust })).toBe(RECORD_COUNT - 1);
        await expectRows(server);
        expect(await write({ grpc_proxy: `http://${proxy.address}` }, { ...connection, ...trust })).toBe(
          RECORD_COUNT - 1,
        );
        // The first stream bypassed the proxy. The second used it for its token and its call.
        expect(await proxy.stop()).toEqual(targets().map((target) => ({ target, authorization: null })));
      });

      it('shows user and password of the URL to the proxy, once for each connection', async () => {
        await using proxy = await startProxyProcess({ authorization: AUTHORIZATION });
        const env = { HTTPS_PROXY: `http://${USER}@${proxy.address}` };
        expect(await write(env, { ...connection, ...trust })).toBe(RECORD_COUNT - 1);
        await expectRows(server);
        expect(await proxy.stop()).toEqual(targets().map((target) => ({ target, authorization: AUTHORIZATION })));
      });

      it('speaks TLS with an https:// proxy', async () => {
        await using proxy = await startProxyProcess({ authorization: AUTHORIZATION, tls: await authority.issue() });
        const env = { https_proxy: `https://${USER}@${proxy.address}` };
        if (tls) {
          expect(await write(env, { ...connection, ...trust })).toBe(RECORD_COUNT - 1);
          await expectRows(server);
          expect(await proxy.stop()).toEqual(targets().map((target) => ({ target, authorization: AUTHORIZATION })));
        } else {
          // A service without TLS accepts no tls option, so there is no authority for the proxy's certificate.
          for (const options of [connection, { ...connection, ...noToken }]) {
            const { code, isRetryable, message } = await failure(env, options);
            expect([code, isRetryable]).toEqual(['TLS_FAILED', false]);
            expect(message).toContain(`The certificate of https://${proxy.address} is not trusted`);
          }
          expect(await proxy.stop()).toEqual([]);
        }
      });

      it('carries the connections of a ZerobusSdk and of fetchTable too', async () => {
        await using proxy = await startProxyProcess({ authorization: AUTHORIZATION });
        const { endpoint, workspaceUrl, clientId, clientSecret } = connection;
        await withEnvironment({ HTTP_PROXY: `http://${USER}@${proxy.address}` }, async () => {
          const table = await fetchTable(workspaceUrl, READINGS_TABLE, { clientId, clientSecret, ...trust });
          const sdk = new ZerobusSdk(endpoint, workspaceUrl, trust);
          await using stream = await sdk.createStream(table, clientId, clientSecret);
          await stream.ingestRecord({ device: 'd1', temp: 1 });
        });
        const [http = '', grpc = ''] = targets();
        // The token and the table of the catalog, then the token and the call of the stream.
        const expected = [http, http, http, grpc].map((target) => ({ target, authorization: AUTHORIZATION }));
        expect(await proxy.stop()).toEqual(expected);
      });

      it('gives the proxy the name of the service, and checks its certificate by it', async () => {
        const names = { 'service.example': '127.0.0.1', localhost: '127.0.0.1' };
        await using proxy = await startProxyProcess({ names });
        const at = (url: string, host: string): string => url.replace('127.0.0.1', host);
        const to = (host: string): ToZerobusOptions => ({
          ...connection,
          endpoint: at(connection.endpoint, host),
          workspaceUrl: at(connection.workspaceUrl, host),
          ...trust,
        });
        const env = { http_proxy: proxy.address };
        expect(await write(env, to('localhost'))).toBe(RECORD_COUNT - 1);
        if (tls) {
          expect((await failure(env, to('service.example'))).message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
        } else {
          expect(await write(env, to('service.example'))).toBe(RECORD_COUNT - 1);
        }
        const tunnels = (await proxy.stop()).map(({ target }) => target);
        expect(tunnels.slice(0, 2)).toEqual([`localhost:${server.httpPort}`, `localhost:${server.port}`]);
        expect(tunnels[2]).toBe(`service.example:${server.httpPort}`);
      });
    });
  }

  it('opens tunnels again when streams break', async () => {
    const { server, connection } = await startServer({ auth: false });
    await using _ = server;
    await using proxy = await startProxyProcess();
    server.faults.refuseStreams({ code: 14, times: 2 });
    const headersProvider = { getHeaders: () => ({ 'x-databricks-zerobus-table-name': READINGS_TABLE }) };
    const options = { ...connection, headersProvider, recoveryBackoffMs: 1 };
    expect(await write({ http_proxy: proxy.address }, options)).toBe(RECORD_COUNT - 1);
    expect(await proxy.stop()).toHaveSize(3);
  });

  it('loses no bytes that the service sends before the tunnel is used', async () => {
    const { server, connection } = await startServer({ auth: false });
    await using _ = server;
    let early = 0;
    /** Delays its answer until the service has sent bytes, which then arrive together with it. */
    const proxy = createServer((client) => {
      const service = connect(server.port, '127.0.0.1');
      client.on('error', () => undefined).on('close', () => service.destroy());
      service.on('error', () => undefined).on('close', () => client.destroy());
      client.once('data', () => {
        service.once('data', (first) => {
          early += first.length;
          client.write(Buffer.concat([Buffer.from('HTTP/1.0 200 Connection established\r\n\r\n'), first]));
          client.pipe(service).pipe(client);
        });
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const headersProvider = { getHeaders: () => ({ 'x-databricks-zerobus-table-name': READINGS_TABLE }) };
    const env = { http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    try {
      expect(await write(env, { ...connection, headersProvider })).toBe(RECORD_COUNT - 1);
      expect(early).toBeGreaterThan(0);
    } finally {
      proxy.close();
    }
  });

  describe('that fail', () => {
    let connection: StartedServer['connection'];
    let server: ZerobusLocal;

    beforeAll(async () => {
      ({ server, connection } = await startServer());
    });
    afterAll(() => server.close());

    for (const [name, options] of [
      ['of a token request', {}],
      ['of a stream', noToken],
    ] as const) {
      it(`reports that the proxy requires a password, or refuses the one it got, ${name}`, async () => {
        await using proxy = await startProxyProcess({ authorization: AUTHORIZATION });
        const without = await failure({ http_proxy: `http://${proxy.address}` }, { ...connection, ...options });
        expect([without.code, without.isRetryable]).toEqual(['PROXY_FAILED', false]);
        expect(without.message).toMatch(/HTTP 407 .* requires a user and a password: set them in http_proxy/);
        const url = `http://${USER}x@${proxy.address}`;
        const wrong = await failure({ http_proxy: url }, { ...connection, ...options });
        expect([wrong.code, wrong.isRetryable]).toEqual(['PROXY_FAILED', false]);
        expect(wrong.message).toMatch(
          /HTTP 407 .* does not accept the user and the password in http_proxy\. Correct them\.$/,
        );
        expect(await proxy.stop()).toHaveSize(2);
      });

      it(`does not try again if the proxy forbids it, ${name}`, async () => {
        await using proxy = await startProxyProcess({ status: 403 });
        const error = await failure({ http_proxy: proxy.address }, { ...connection, ...options });
        expect([error.code, error.isRetryable]).toEqual(['PROXY_FAILED', false]);
        expect(error.message).toContain(
          `The proxy http://${proxy.address} (from the environment variable http_proxy) refused a tunnel to 127.0.0.1:`,
        );
        expect(error.message).toContain('HTTP 403 Forbidden.');
      });

      it(`tries again if the proxy cannot reach the service, ${name}`, async () => {
        await using proxy = await startProxyProcess();
        const endpoint = `http://127.0.0.1:${await freePort()}`;
        const error = await failure(
          { http_proxy: proxy.address },
          { ...connection, ...options, endpoint, workspaceUrl: endpoint, recoveryRetries: 2, recoveryBackoffMs: 1 },
        );
        expect([error.code, error.isRetryable]).toEqual(['PROXY_FAILED', true]);
        expect(error.message).toContain('HTTP 502 Bad Gateway');
        expect(await proxy.stop()).toHaveSize(3);
      });

      it(`reports that the proxy cannot be reached, ${name}`, async () => {
        const address = `127.0.0.1:${await freePort()}`;
        const error = await failure(
          { http_proxy: `http://${USER}@${address}` },
          { ...connection, ...options, recoveryRetries: 1, recoveryBackoffMs: 1 },
        );
        expect([error.code, error.isRetryable]).toEqual(['PROXY_FAILED', true]);
        expect(error.message).toContain(
          `The proxy http://${address} (from the environment variable http_proxy) cannot be reached`,
        );
        expect(error.message).toContain('ECONNREFUSED');
        expect(error.message).toMatch(
          /It is needed for 127\.0\.0\.1:\d+\. To reach 127\.0\.0\.1 without a proxy, add it to the environment variable no_proxy\.$/,
        );
      });

      for (const [what, answer] of [
        ['answers nonsense', 'SSH-2.0-OpenSSH\r\n'],
        ['answers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`],
        ['hangs up', ''],
      ] as const) {
        it(`reports that the proxy ${what}, ${name}`, async () => {
          const sockets = new Set<Socket>();
          const proxy = createServer((socket) => {
            sockets.add(socket);
            socket
              .on('error', () => undefined)
              .once('data', () => (answer === '' ? socket.end() : socket.write(answer)));
          }).listen(0, '127.0.0.1');
          await once(proxy, 'listening');
          const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
          try {
            const error = await failure(
              { http_proxy: `http://${USER}@${address}` },
              { ...connection, ...options, recoveryRetries: 1, recoveryBackoffMs: 1 },
            );
            expect([error.code, error.isRetryable]).toEqual(['PROXY_FAILED', true]);
            expect(error.message).toContain('did not open a tunnel to 127.0.0.1:');
            expect(sockets.size).toBe(2);
          } finally {
            for (const socket of sockets) {
              socket.destroy();
            }
            proxy.close();
          }
        });
      }

      it(`names the certificate of an https:// proxy as the reason, ${name}`, async () => {
        await using proxy = await startProxyProcess({ tls: await authority.issue({ hosts: ['other.example'] }) });
        const endpoint = 'https://service.example';
        const error = await failure(
          { http_proxy: `https://${proxy.address}` },
          { ...connection, ...options, endpoint, workspaceUrl: endpoint, tls: { ca: authority.ca } },
        );
        expect([error.code, error.isRetryable]).toEqual(['TLS_FAILED', false]);
        expect(error.message).toMatch(
          /^The certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted: .*ALTNAME_INVALID/,
        );
      });
    }
  });
});
