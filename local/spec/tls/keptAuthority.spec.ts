import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import { makeAuthority } from '../../lib/tls/makeAuthority.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { READINGS_DDL } from '../support/readings.ts';

const DAY_MS = 86_400_000;

/** The certificate that a client gets that trusts only `ca`. */
async function leafFor(port: number, ca: string): Promise<X509Certificate> {
  const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: ['h2', 'http/1.1'] });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate() as X509Certificate;
  } finally {
    socket.destroy();
  }
}

describe('The certificate authority of zerobus-local', () => {
  const folder = useTemporaryDirectory();
  const reports: string[] = [];

  beforeEach(() => reports.splice(0));
  afterEach(() => CliProcess.killAll());

  const caPath = (): string => join(folder(), 'tls', 'ca.pem');
  const keyPath = (): string => join(folder(), 'tls', 'authority.pem');
  const start = (host = '127.0.0.1'): Promise<ZerobusLocal> =>
    startZerobusLocal({ dataDir: folder(), host, tls: true, onError: ({ message }) => reports.push(message) });
  /** Starts and closes a server. @returns its authority */
  const run = async (host?: string): Promise<string> => {
    const server = await start(host);
    await server.close();
    return server.ca ?? '';
  };

  it('survives SIGKILL, Ctrl-C and close, for a client that has trusted it once', async () => {
    const args = ['--data', folder(), '--port', '0', '--http-port', '0', '--tls', '--table', READINGS_DDL];
    let ca: string | undefined;
    for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
      const server = new CliProcess(args);
      const { port } = new URL(await server.listening());
      ca ??= await readFile(caPath(), 'utf8');
      expect((await leafFor(Number(port), ca)).subject).toBe('CN=zerobus-local');
      server.kill(signal);
      expect((await server.ended).stderr).not.toContain('authority');
    }
    for (let starts = 0; starts < 2; starts++) {
      await using server = await start();
      for (const port of [server.port, server.httpPort]) {
        expect((await leafFor(port, ca ?? '')).checkIP('127.0.0.1')).toBe('127.0.0.1');
      }
      expect(server.ca).toBe(ca);
    }
    expect(await readFile(caPath(), 'utf8')).toBe(ca ?? 'none');
    expect(reports).toEqual([]);
  }, 60_000);

  it('signs another certificate if the host changes', async () => {
    const ca = await run();
    await using server = await start('0.0.0.0');
    const leaf = await leafFor(server.port, ca);
    expect(server.ca).toBe(ca);
    expect([leaf.checkIP('127.0.0.1'), leaf.checkHost('localhost')]).toEqual(['127.0.0.1', 'localhost']);
  });

  it('keeps its private key where only its owner can read it', async () => {
    await run();
    const files = await readdir(folder(), { recursive: true, withFileTypes: true });
    const withKey: string[] = [];
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name);
      if ((await readFile(path, 'latin1')).includes('PRIVATE KEY')) {
        withKey.push(path);
      }
    }
    expect(withKey).toEqual([keyPath()]);
    expect(await readdir(join(folder(), 'tls'))).toEqual(['authority.pem', 'ca.pem']);
    if (process.platform !== 'win32') {
      const modes = [(await stat(keyPath())).mode, (await stat(join(folder(), 'tls'))).mode];
      expect(modes.map((mode) => mode & 0o777)).toEqual([0o600, 0o700]);
      await chmod(keyPath(), 0o644);
      await run();
      expect((await stat(keyPath())).mode & 0o777).toBe(0o600);
    }
  });

  it('is written again for clients if its certificate is deleted or replaced', async () => {
    const ca = await run();
    await rm(caPath());
    expect(await run()).toBe(ca);
    await writeFile(caPath(), (await makeAuthority()).ca);
    expect(await run()).toBe(ca);
    expect(await readFile(caPath(), 'utf8')).toBe(ca);
    expect(reports).toEqual([]);
  });

  it('is renewed when fewer than 30 days are left', async () => {
    await mkdir(join(folder(), 'tls'));
    // It is valid from a day ago.
    const [lasting, expiring] = [await makeAuthority(33 * DAY_MS), await makeAuthority(30 * DAY_MS)];
    await writeFile(keyPath(), lasting.ca + lasting.key);
    expect(await run()).toBe(lasting.ca);
    expect(reports).toEqual([]);
    await writeFile(keyPath(), expiring.ca + expiring.key);
    const renewed = await run();
    expect(renewed).not.toBe(expiring.ca);
    expect(Date.parse(new X509Certificate(renewed).validTo) - Date.now()).toBeGreaterThan(3000 * DAY_MS);
    expect(await readFile(caPath(), 'utf8')).toBe(renewed);
    expect(reports).toHaveSize(1);
    expect(reports[0]).toMatch(/expires .*, so a new one is made\. Clients must trust .*ca\.pem again\.$/);
    expect(await run()).toBe(renewed);
    expect(reports).toHaveSize(1);
  });

  it('signs no certificate that outlives it', async () => {
    await mkdir(join(folder(), 'tls'));
    const { ca, key } = await makeAuthority(40 * DAY_MS);
    await writeFile(keyPath(), ca + key);
    await using server = await start();
    const leaf = await leafFor(server.port, ca);
    expect(leaf.validTo).toBe(new X509Certificate(ca).validTo);
  });

  it('is replaced, with one line about it, if it can not be used', async () => {
    const { ca, key } = await makeAuthority();
    const other = await makeAuthority();
    let before = await run();
    const damages: [string, string | undefined][] = [
      ['missing', undefined],
      ['empty', ''],
      ['cut', (ca + key).slice(0, 300)],
      ['without a key', ca],
      ['with the key of another', ca + other.key],
    ];
    for (const [damage, content] of damages) {
      await (content === undefined ? rm(keyPath()) : writeFile(keyPath(), content));
      const after = await run();
      expect([before, ca]).withContext(damage).not.toContain(after);
      expect(reports).withContext(damage).toHaveSize(1);
      expect(reports[0]).withContext(damage).toContain('so a new one is made. Clients must trust');
      const pem = await readFile(keyPath(), 'utf8');
      expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(pem)))
        .withContext(damage)
        .toBeTrue();
      expect(await run())
        .withContext(damage)
        .toBe(after);
      before = after;
      reports.splice(0);
    }
  });

  it('is no reason to replace it that it can not be read', async () => {
    await mkdir(keyPath(), { recursive: true });
    await expectAsync(run()).toBeRejectedWithError(/authority\.pem can't be read: EISDIR.*delete it/);
    expect((await stat(keyPath())).isDirectory()).toBeTrue();
  });
});
