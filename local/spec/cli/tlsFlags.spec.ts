import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { makeAuthority } from '../../lib/tls/makeAuthority.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { type Certificates, makeCertificates, makeClientCertificate } from '../support/certificates.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

/** @returns 'connected', or the code of the error */
async function handshake(port: string, options: ConnectionOptions): Promise<string> {
  // With TLS 1.2, since a TLS 1.3 client notices a refusal only after its handshake.
  const socket = connect({ host: '127.0.0.1', port: Number(port), maxVersion: 'TLSv1.2', ...options });
  try {
    await once(socket, 'secureConnect');
    return 'connected';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  } finally {
    socket.destroy();
  }
}

describe('zerobus-local with certificates of the user', () => {
  const folder = useTemporaryDirectory();
  let given: Certificates;
  let others: Certificates;

  beforeAll(async () => {
    [given, others] = await Promise.all([
      makeCertificates(['localhost', '127.0.0.1']),
      makeCertificates(['a.example']),
    ]);
  });
  beforeEach(async () => {
    const files = { 'cert.pem': given.cert, 'key.pem': given.key, 'ca.pem': given.ca, 'other.key': others.key };
    for (const [name, content] of Object.entries({ ...files, 'other.pem': others.cert })) {
      await writeFile(join(folder(), name), content);
    }
  });
  afterEach(() => CliProcess.killAll());

  const file = (name: string): string => join(folder(), name);
  const data = (): string => join(folder(), 'data');
  const args = (): string[] => ['--data', data(), '--port', '0', '--http-port', '0', '--table', READINGS_DDL];
  const own = (): string[] => ['--tls-cert', file('cert.pem'), '--tls-key', file('key.pem')];

  it('serves both ports with them, and makes none', async () => {
    const server = new CliProcess([...args(), '--no-auth', ...own()]);
    const endpoint = await server.listening();
    const httpPort = /DATABRICKS_HOST=https:\/\/127\.0\.0\.1:(\d+)/.exec(server.stdout)?.[1] ?? '';
    expect(await handshake(httpPort, { ca: given.ca })).toBe('connected');
    const stream = await RawStream.open(endpoint, READINGS, { ca: given.ca });
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.acknowledged(0);
    expect((await stream.close()).code).toBe(0);
    expect(await readdir(data())).not.toContain('tls');
    expect(server.stdout).not.toContain('certificate');
  });

  it('serves only clients with a certificate of the given authority', async () => {
    const authority = await makeAuthority();
    await writeFile(file('clients.pem'), authority.ca);
    const server = new CliProcess([...args(), ...own(), '--tls-client-ca', file('clients.pem')]);
    const { port } = new URL(await server.listening());
    const options = { ca: given.ca, ALPNProtocols: ['h2'] };
    expect(await handshake(port, options)).toMatch(/ALERT_HANDSHAKE_FAILURE/);
    expect(await handshake(port, { ...options, ...(await makeClientCertificate(authority)) })).toBe('connected');
    expect(server.stdout).toContain('Note: clients need a certificate of the authority in --tls-client-ca.');
  });

  it('says by which name clients must connect', async () => {
    const server = new CliProcess([...args(), '--tls-cert', file('other.pem'), '--tls-key', file('other.key')]);
    await server.listening();
    expect(server.stdout).toContain(
      'Note: the certificate is not for 127.0.0.1. Clients must use a name of it: DNS:a.example.',
    );
  });

  it('reports in one line what is wrong with them', async () => {
    const cases: [string[], RegExp][] = [
      [['--tls-cert', file('nope.pem'), '--tls-key', file('key.pem')], /The file of --tls-cert can't .*nope\.pem/],
      [['--tls-cert', file('cert.pem'), '--tls-key', file('nope.key')], /The file of --tls-key can't .*nope\.key/],
      [[...own(), '--tls-client-ca', file('nope.pem')], /The file of --tls-client-ca can't .*nope\.pem/],
      [
        ['--tls-cert', file('cert.pem'), '--tls-key', file('other.key')],
        /mismatch: key is not the private key of cert/,
      ],
      [['--tls-cert', file('key.pem'), '--tls-key', file('key.pem')], /cert is not a certificate in PEM form/],
      [['--tls-cert', file('cert.pem')], /Set both --tls-cert and --tls-key/],
      [['--tls-key', file('key.pem')], /Set both --tls-cert and --tls-key/],
      [['--tls-client-ca', file('ca.pem')], /Set both --tls-cert and --tls-key/],
      [['--tls', ...own()], /Set either --tls, .* or --tls-cert and --tls-key/],
    ];
    for (const [flags, expected] of cases) {
      const { code, stdout, stderr } = await CliProcess.run([...args(), ...flags]);
      expect([code, stdout]).withContext(flags.join(' ')).toEqual([1, '']);
      expect(stderr)
        .withContext(flags.join(' '))
        .toMatch(/^zerobus-local: [^\n]*\.\n$/);
      expect(stderr).withContext(flags.join(' ')).toMatch(expected);
    }
  }, 30_000);
});
