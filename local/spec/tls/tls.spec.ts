import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect, isIP } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { status } from '@grpc/grpc-js';
import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

/** The answer to a GET over TLS. */
async function get(url: string, options: { readonly ca?: string }): Promise<string> {
  const sent = request(url, options).end();
  const [response] = await once(sent, 'response');
  return text(response);
}

/** The error of a TLS handshake, if any. */
async function handshake(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port, ...options });
  try {
    await once(socket, 'secureConnect');
    return 'none';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  } finally {
    socket.destroy();
  }
}

describe('zerobus-local over TLS', () => {
  const folder = useTemporaryDirectory();

  afterEach(() => CliProcess.killAll());

  it('is on both ports, with an authority of its own', async () => {
    await using server = await startZerobusLocal({ dataDir: folder(), tables: [READINGS_DDL], tls: true, auth: false });
    expect(server.endpoint).toBe(`https://127.0.0.1:${server.port}`);
    expect(server.workspaceUrl).toBe(`https://127.0.0.1:${server.httpPort}`);
    expect(server.caPath).toBe(join(folder(), 'tls', 'ca.pem'));
    expect(await readFile(server.caPath ?? '', 'utf8')).toBe(server.ca ?? 'none');
    const ca = server.ca ?? '';
    expect(await get(`${server.workspaceUrl}/health`, { ca })).toBe('{"status":"ok"}');
    await expectAsync(get(`${server.workspaceUrl}/health`, {})).toBeRejectedWith(
      jasmine.objectContaining({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    );

    const stream = await RawStream.open(server.endpoint, READINGS, { ca });
    stream.sendJson(0, [{ temp: 1 }, { temp: 2 }]);
    await stream.acknowledged(0);
    await stream.close();
    await server.flush();
    expect((await readTable(server.tablePath(READINGS))).rows.length).toBe(2);
    const others = (await makeCertificates(['localhost'])).ca;
    const untrusting = new RawStream(server.endpoint, { table: READINGS, ca: others });
    expect((await untrusting.status).code).toBe(status.UNAVAILABLE);
  });

  it('has a certificate for every name of this machine', async () => {
    await using server = await startZerobusLocal({ tls: true });
    const ca = server.ca ?? '';
    for (const name of ['localhost', '127.0.0.1', '::1']) {
      const socket = connectTls({ host: '127.0.0.1', port: server.port, ca });
      await once(socket, 'secureConnect');
      const leaf = socket.getPeerX509Certificate() as X509Certificate;
      socket.destroy();
      expect(isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)).toBe(name);
    }
  });

  it('writes its certificate into one file, its key into another, and keeps both when it closes', async () => {
    const server = await startZerobusLocal({ dataDir: folder(), tables: [READINGS_DDL], tls: true });
    const files = await readdir(folder(), { recursive: true, withFileTypes: true });
    const contents = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
    );
    expect(contents.filter((content) => content.includes('BEGIN CERTIFICATE'))).toHaveSize(2);
    expect(contents.filter((content) => content.includes('PRIVATE KEY'))).toHaveSize(1);
    expect(await readFile(server.caPath ?? '', 'utf8')).not.toContain('PRIVATE KEY');
    await server.close();
    expect(await readFile(join(folder(), 'tls', 'ca.pem'), 'utf8')).toBe(server.ca ?? 'none');
  });

  it('closes even if clients have not finished their handshake', async () => {
    const server = await startZerobusLocal({ tls: true });
    const silent = [server.port, server.httpPort].map((port) => connect(port, '127.0.0.1'));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    const closed = Promise.all(silent.map((socket) => once(socket.on('error', () => undefined).resume(), 'close')));
    await server.close();
    await expectAsync(closed).toBeResolved();
  });

  describe('with given certificates', () => {
    let given: Certificates;
    let others: Certificates;

    beforeAll(async () => {
      [given, others] = await Promise.all([makeCertificates(['127.0.0.1']), makeCertificates(['127.0.0.1'])]);
    });

    it('uses them, and writes no file', async () => {
      const { cert, key, ca } = given;
      await using server = await startZerobusLocal({ dataDir: folder(), tls: { cert, key } });
      expect([server.ca, server.caPath]).toEqual([undefined, undefined]);
      expect(existsSync(join(folder(), 'tls'))).toBeFalse();
      expect(await get(`${server.workspaceUrl}/health`, { ca })).toBe('{"status":"ok"}');
      expect(await handshake(server.port, { ca, ALPNProtocols: ['h2'] })).toBe('none');
    });

    it('refuses clients that have no certificate of the given authority', async () => {
      const { cert, key, ca } = given;
      await using server = await startZerobusLocal({ tls: { cert, key, ca: others.ca }, auth: false });
      // With TLS 1.2, since a TLS 1.3 client notices only after its handshake.
      const options: ConnectionOptions = { ca, maxVersion: 'TLSv1.2' };
      expect(await handshake(server.port, { ...options, ALPNProtocols: ['h2'] })).toMatch(/ALERT_HANDSHAKE_FAILURE/);
      expect(await handshake(server.httpPort, options)).toMatch(/ALERT_HANDSHAKE_FAILURE/);
    });

    it('reports what is wrong with them, and leaves nothing behind', async () => {
      const { cert } = given;
      await expectAsync(startZerobusLocal({ dataDir: folder(), tls: { cert, key: others.key } })).toBeRejectedWithError(
        TypeError,
        /tls option can't be used: .*mismatch.* certificate and its private key/,
      );
      await expectAsync(startZerobusLocal({ tls: { cert: 'cert.pem', key: 'key.pem' } })).toBeRejectedWithError(
        TypeError,
        /tls option can't be used/,
      );
      const { key, ca } = given;
      const damaged = [
        [{ cert: key, key }, /cert is not a certificate/],
        [{ cert, key: cert }, /key is not a private key/],
        [{ cert, key, ca: 'ca.pem' }, /ca is not a certificate/],
        [{ cert, key: others.key, ca }, /mismatch/],
      ] as const;
      for (const [tls, reason] of damaged) {
        await expectAsync(startZerobusLocal({ tls })).toBeRejectedWithError(TypeError, reason);
      }
      await using server = await startZerobusLocal({ dataDir: folder() });
      expect(server.endpoint).toMatch(/^http:/);
    });
  });

  it('is an option of the command, which then prints the authority that clients must trust', async () => {
    const server = new CliProcess([
      '--data',
      folder(),
      '--port',
      '0',
      '--http-port',
      '0',
      '--tls',
      '--table',
      READINGS_DDL,
    ]);
    const endpoint = await server.listening();
    const caPath = join(folder(), 'tls', 'ca.pem');
    const ca = await readFile(caPath, 'utf8');
    expect(endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await handshake(Number(new URL(endpoint).port), { ca, ALPNProtocols: ['h2'] })).toBe('none');
    server.kill('SIGTERM');
    const { stdout } = await server.ended;
    const quoted = `'${caPath.replaceAll("'", "'\\''")}'`;
    expect(stdout).toContain(`export NODE_EXTRA_CA_CERTS=${quoted}`);
    expect(stdout).toContain(`export SSL_CERT_FILE=${quoted}`);
    expect(stdout).toContain(`export REQUESTS_CA_BUNDLE=${quoted}`);
  });
});
