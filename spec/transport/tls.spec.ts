import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { BehaviorSubject, concatMap, first, lastValueFrom, map, range, tap } from 'rxjs';
import { readTable, type ZerobusLocalOptions } from 'zerobus-local';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import {
  type CertificateAuthority,
  type IssuedCertificate,
  makeCertificateAuthority,
} from '../support/certificateAuthority.ts';
import { withEnvironment, withoutProxies } from '../support/environment.ts';
import { READINGS_TABLE, startServer } from '../support/startServer.ts';

const trustProgram = fileURLToPath(new URL('../e2e/programs/trust.js', import.meta.url));
const RECORD_COUNT = 1000;
/** A delay so long that a spec would time out if a hopeless attempt were repeated. */
const noSecondTry = { recoveryBackoffMs: 600_000, random: () => 0.99 };
const noToken: ToZerobusOptions = { headersProvider: { getHeaders: () => ({}) } };

/** Writes some readings, and returns the last durable offset. */
function write(options: ToZerobusOptions): Promise<number> {
  return withEnvironment({}, () =>
    lastValueFrom(
      range(RECORD_COUNT).pipe(
        map((n) => ({ device: `d${n % 3}`, temp: n })),
        toZerobus(READINGS_TABLE, { ...noSecondTry, ...options }),
      ),
    ),
  );
}

/** The error that writing ends with. It must return all records and show no key. */
async function failure(options: ToZerobusOptions): Promise<ZerobusError> {
  const error = await write(options).then(
    () => fail('expected an error'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZerobusError)) {
    throw error;
  }
  expect(error.unacked).toHaveSize(RECORD_COUNT);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('PRIVATE KEY');
  return error;
}

describe('TLS', () => {
  let authority: CertificateAuthority;
  let others: CertificateAuthority;
  let certificate: IssuedCertificate;

  beforeAll(async () => {
    [authority, others] = await Promise.all([makeCertificateAuthority(), makeCertificateAuthority()]);
    certificate = await authority.issue();
  });

  const rowsOf = async (path: string): Promise<unknown> =>
    (await readTable(path, 'SELECT count(*)::INT, count(DISTINCT temp)::INT FROM this')).rows;

  it('writes every record into the table of a zerobus-local with its own authority', async () => {
    const { server, connection } = await startServer({ tls: true });
    await using _ = server;
    expect(await write({ ...connection, tls: { ca: server.ca } })).toBe(RECORD_COUNT - 1);
    await server.flush();
    expect(await rowsOf(server.tablePath(READINGS_TABLE))).toEqual([[RECORD_COUNT, RECORD_COUNT]]);
    // For the token and for the stream, by name and by address.
    const byName = (url: string): string => url.replace('127.0.0.1', 'localhost');
    const { endpoint, workspaceUrl } = server;
    const named = { endpoint: byName(endpoint), workspaceUrl: byName(workspaceUrl) };
    expect(await write({ ...connection, ...named, tls: { ca: [others.ca, server.ca ?? ''] } })).toBe(RECORD_COUNT - 1);
  });

  it('loses no records if the connections under it are cut', async () => {
    const { server, connection } = await startServer({ tls: true });
    await using _ = server;
    const options: ToZerobusOptions = { ...connection, tls: { ca: server.ca }, recoveryBackoffMs: 1 };
    const parts = 4;
    const size = RECORD_COUNT / parts;
    /** The number of connections that were cut. Each lets the next part of the records pass. */
    const cuts$ = new BehaviorSubject(0);
    await withEnvironment({}, () =>
      lastValueFrom(
        range(parts).pipe(
          concatMap((part) =>
            cuts$.pipe(
              first((cuts) => cuts === part),
              concatMap(() => range(part * size, size)),
            ),
          ),
          map((temp) => ({ device: 'd', temp })),
          toZerobus(READINGS_TABLE, options),
          tap((offset) => {
            if (offset + 1 !== (cuts$.value + 1) * size || offset + 1 === RECORD_COUNT) {
              return;
            }
            server.faults.cutConnections();
            cuts$.next(cuts$.value + 1);
          }),
        ),
      ),
    );
    await server.flush();
    const { rows } = await readTable(server.tablePath(READINGS_TABLE), 'SELECT count(DISTINCT temp)::INT FROM this');
    expect(rows).toEqual([[RECORD_COUNT]]);
    expect(server.activity.counters.streamsOpened).toBe(parts);
  });

  it('trusts the authorities of Node.js in addition to those of tls.ca', async () => {
    const { server } = await startServer({ tls: true });
    await using _ = server;
    const end = async (env: Readonly<Record<string, string>>, ...ca: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [trustProgram, server.endpoint, server.workspaceUrl, ...ca],
        { env: { ...withoutProxies(), ...env } },
      );
      return stdout + stderr;
    };
    const env = { NODE_EXTRA_CA_CERTS: server.caPath ?? '' };
    expect(await Promise.all([end(env), end(env, others.ca)])).toEqual(['done\n', 'done\n']);
    expect(await Promise.all([end({}), end({}, others.ca)])).toEqual(['TLS_FAILED\n', 'TLS_FAILED\n']);
  });

  for (const [what, options] of [
    ['the workspace', {}],
    ['the endpoint', noToken],
  ] as const) {
    it(`reports that the authority of ${what} is not trusted, and tries once`, async () => {
      const { server, connection } = await startServer({ tls: true });
      await using _ = server;
      const url = options === noToken ? server.endpoint : server.workspaceUrl;
      for (const tls of [undefined, { ca: others.ca }]) {
        const { code, isRetryable, message } = await failure({ ...connection, ...options, tls });
        expect([code, isRetryable]).toEqual(['TLS_FAILED', false]);
        expect(message).toContain(`The certificate of ${url} is not trusted: unable to verify the first certificate`);
        expect(message).toContain('tls.ca');
      }
    });
  }

  it('trusts no other certificate because of NODE_TLS_REJECT_UNAUTHORIZED', async () => {
    const { server, connection } = await startServer({ tls: true });
    await using _ = server;
    // Node.js rightly warns about the variable.
    spyOn(process, 'emitWarning');
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect((await failure({ ...connection, ...noToken })).code).toBe('TLS_FAILED');
      expect((await failure(connection)).code).toBe('TLS_FAILED');
    } finally {
      if (before === undefined) {
        delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      } else {
        process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
      }
    }
  });

  /** Starts a zerobus-local with this certificate, and returns the error of writing to it over TLS. */
  async function failureWith(tls: ZerobusLocalOptions['tls'], options: ToZerobusOptions): Promise<ZerobusError> {
    const { server, connection } = await startServer({ tls: tls ?? false });
    await using _ = server;
    return await failure({ ...connection, ...options });
  }

  it('reports a certificate for another host, and one that has expired', async () => {
    const tls = { ca: authority.ca };
    const another = await authority.issue({ hosts: ['other.example'] });
    const expired = await authority.issue({ notAfter: new Date(Date.now() - 3_600_000) });
    for (const options of [{ tls }, { tls, ...noToken }]) {
      const wrongHost = await failureWith(another, options);
      expect([wrongHost.code, wrongHost.isRetryable]).toEqual(['TLS_FAILED', false]);
      expect(wrongHost.message).toMatch(
        /is not trusted: .*127\.0\.0\.1 is not in the cert's list.*ERR_TLS_CERT_ALTNAME_INVALID/,
      );
      const tooLate = await failureWith(expired, options);
      expect([tooLate.code, tooLate.isRetryable]).toEqual(['TLS_FAILED', false]);
      expect(tooLate.message).toMatch(
        /is not trusted: certificate has expired \(CERT_HAS_EXPIRED\)\. Replace the certificate, or connect by a name that it is for\.$/,
      );
    }
  });

  describe('with certificates for both sides', () => {
    it('sends records to a service that only accepts known clients', async () => {
      const { server, connection } = await startServer({ tls: { ...certificate, ca: authority.ca } });
      await using _ = server;
      const own = await authority.issue();
      expect(await write({ ...connection, tls: { ca: authority.ca, ...own } })).toBe(RECORD_COUNT - 1);
      await server.flush();
      expect(await rowsOf(server.tablePath(READINGS_TABLE))).toEqual([[RECORD_COUNT, RECORD_COUNT]]);
    });

    it('reports that the service requires a certificate, and tries once', async () => {
      for (const options of [{}, noToken]) {
        const error = await failureWith(
          { ...certificate, ca: authority.ca },
          { ...options, tls: { ca: authority.ca } },
        );
        expect([error.code, error.isRetryable]).toEqual(['TLS_FAILED', false]);
        expect(error.message).toMatch(/requires a client certificate, or refuses the one it got.*tls\.cert/);
      }
    });

    it('sends nothing to a service that does not know the certificate', async () => {
      const tls = { ca: authority.ca, ...(await others.issue()) };
      for (const options of [{}, noToken]) {
        // A server in Node.js does not say why it closes the connection, so this may be any broken connection.
        const error = await failureWith({ ...certificate, ca: authority.ca }, { ...options, tls, recoveryRetries: 0 });
        expect(['UNAVAILABLE', 'TOKEN_FETCH_FAILED']).toContain(error.code);
      }
    });
  });

  describe('with a broken server', () => {
    let server: Server | undefined;

    afterEach(async () => {
      server?.close();
      if (server?.listening) {
        await once(server, 'close');
      }
    });

    async function listen(what: Server): Promise<string> {
      server = what.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    it('reports that the server does not speak TLS', async () => {
      const { server: plain, connection } = await startServer();
      await using _ = plain;
      const secure = (url: string): string => url.replace('http:', 'https:');
      for (const options of [noToken, { workspaceUrl: secure(connection.workspaceUrl) }]) {
        const error = await failure({ ...connection, endpoint: secure(connection.endpoint), ...options });
        expect([error.code, error.isRetryable]).toEqual(['TLS_FAILED', false]);
        expect(error.message).toMatch(/^TLS with https:\/\/127\.0\.0\.1:\d+ failed: it does not speak TLS there/);
      }
    });

    it('speaks no TLS older than 1.2', async () => {
      const endpoint = await listen(
        createTlsServer({
          ...certificate,
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
          ciphers: 'DEFAULT@SECLEVEL=0',
        }).on('tlsClientError', () => undefined),
      );
      const error = await failure({ endpoint, ...noToken, tls: { ca: authority.ca } });
      expect([error.code, error.isRetryable]).toEqual(['TLS_FAILED', false]);
      expect(error.message).toMatch(/PROTOCOL_VERSION/);
    });

    it('tries again if the connection breaks during the handshake', async () => {
      let connections = 0;
      const endpoint = await listen(
        createServer((socket) => {
          connections++;
          socket.once('data', () => socket.destroy());
        }),
      );
      const error = await failure({ endpoint, ...noToken, recoveryRetries: 2, recoveryBackoffMs: 1 });
      expect([error.code, error.isRetryable]).toEqual(['UNAVAILABLE', true]);
      expect(error.message).toMatch(/during the TLS handshake/);
      expect(connections).toBe(3);
    });
  });
});
