import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StatusObject } from '@grpc/grpc-js';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocalOptions } from '../../lib/zerobusLocalOptions.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { fetchToken } from '../support/tokens.ts';

const UNAUTHENTICATED = 16;
const strict = { clientId: 'me', clientSecret: 'first' };

describe('Tokens of an earlier run', () => {
  const folder = useTemporaryDirectory();
  const keyFile = (): string => join(folder(), 'auth', 'token.key');

  afterEach(() => CliProcess.killAll());

  /** Runs a server, and returns a token that it has issued. */
  async function issued(options: ZerobusLocalOptions = {}): Promise<string> {
    await using server = await startZerobusLocal({ dataDir: folder(), tables: [READINGS_DDL], ...options });
    return await fetchToken(server, READINGS, options.auth === false ? undefined : options.auth);
  }

  /** Runs a server, and returns the status of a stream with that token, and what the server reported. */
  async function statusOf(
    token: string,
    options: ZerobusLocalOptions = {},
  ): Promise<StatusObject & { readonly reported: readonly string[] }> {
    const reported: string[] = [];
    await using server = await startZerobusLocal({
      dataDir: folder(),
      onError: ({ message }) => void reported.push(message),
      ...options,
    });
    const stream = new RawStream(server.endpoint, { table: READINGS, token });
    stream.send({ createStream: { tableName: READINGS, recordType: 2 } });
    stream.call.on('data', () => stream.call.end());
    return { ...(await stream.status), reported };
  }

  for (const [how, signal] of [
    ['SIGKILL', 'SIGKILL'],
    ['Ctrl-C', 'SIGINT'],
  ] as const) {
    it(`open streams after the command has been ended by ${how} and started again on its ports`, async () => {
      const args = ['--data', folder(), '--table', READINGS_DDL];
      const first = new CliProcess([...args, '--port', '0', '--http-port', '0']);
      const endpoint = await first.listening();
      const workspaceUrl = /DATABRICKS_HOST=(\S+)/.exec(first.stdout)?.[1] ?? '';
      const token = await fetchToken({ workspaceUrl }, READINGS);
      const stream = await RawStream.open(endpoint, READINGS, { token });
      stream.sendJson(0, [{ temp: 1 }]);
      await stream.acknowledged(0);
      first.kill(signal);
      await first.ended;

      const ports = ['--port', new URL(endpoint).port, '--http-port', new URL(workspaceUrl).port];
      const second = new CliProcess([...args, ...ports]);
      expect(await second.listening()).toBe(endpoint);
      const again = await RawStream.open(endpoint, READINGS, { token });
      again.sendJson(0, [{ temp: 2 }]);
      expect(await again.acknowledged(0)).toEqual([0]);
      expect((await again.close()).code).toBe(0);
      second.kill('SIGINT');
      expect((await second.ended).stderr).not.toContain('key');
    });
  }

  it('open streams after close() and startZerobusLocal() on the same port', async () => {
    const token = await issued();

    expect(await statusOf(token)).toEqual(jasmine.objectContaining({ code: 0, reported: [] }));
  });

  it('are refused by another folder, and by a temporary one', async () => {
    const token = await issued();
    const other = await startZerobusLocal({ tables: [READINGS_DDL] });
    await using _ = other;
    const stream = new RawStream(other.endpoint, { table: READINGS, token });
    stream.send({ createStream: { tableName: READINGS, recordType: 2 } });

    expect((await stream.status).code).toBe(UNAUTHENTICATED);
  });

  it('are refused if the client that gets tokens has changed, or if none was checked', async () => {
    const unchecked = await issued({ auth: false });
    const any = await issued();
    const first = await issued({ auth: strict });

    expect((await statusOf(unchecked)).code).toBe(UNAUTHENTICATED);
    expect((await statusOf(any, { auth: strict })).code).toBe(UNAUTHENTICATED);
    expect((await statusOf(first, { auth: { ...strict, clientSecret: 'second' } })).code).toBe(UNAUTHENTICATED);
    expect((await statusOf(first, { auth: strict })).code).toBe(0);
  });

  it('are verified by a key that only its owner can read', async () => {
    if (process.platform === 'win32') {
      pending('needs file modes');
    }
    const token = await issued();
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
    await chmod(keyFile(), 0o644);
    expect((await statusOf(token)).code).toBe(0);
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);

    await using server = await startZerobusLocal();
    expect((await stat(join(server.dataDir, 'auth', 'token.key'))).mode & 0o777).toBe(0o600);
  });

  for (const [what, content] of [
    ['empty', ''],
    ['cut', 'ab'.repeat(20)],
    ['text', 'x'.repeat(65)],
  ] as const) {
    it(`are refused if the key is damaged (${what}): a new key replaces it, which is reported once`, async () => {
      const token = await issued();
      await writeFile(keyFile(), content);
      const { code, reported } = await statusOf(token);

      expect(code).toBe(UNAUTHENTICATED);
      expect(reported).toEqual([jasmine.stringMatching(/token\.key is damaged.*new key.*new tokens/)]);
      expect(await statusOf(await issued())).toEqual(jasmine.objectContaining({ code: 0, reported: [] }));
    });
  }

  it('are refused if the key can not be read, but new ones are issued, which is reported', async () => {
    await writeFile(join(folder(), 'auth'), 'in the way');
    const reported: string[] = [];
    await using server = await startZerobusLocal({
      dataDir: folder(),
      tables: [READINGS_DDL],
      onError: ({ message }) => void reported.push(message),
    });
    const stream = await RawStream.open(server.endpoint, READINGS, { token: await fetchToken(server, READINGS) });

    expect((await stream.close()).code).toBe(0);
    expect(reported).toEqual([jasmine.stringMatching(/token\.key can't be used.*until this server ends/)]);
    expect(await readFile(join(folder(), 'auth'), 'utf8')).toBe('in the way');
  });

  it('survive a crash while the key was written', async () => {
    await issued();
    const key = await readFile(keyFile(), 'utf8');
    await writeFile(`${keyFile()}.tmp`, key.slice(0, 10));
    const token = await issued();

    expect((await statusOf(token)).code).toBe(0);
    expect(await readFile(keyFile(), 'utf8')).toBe(key);

    await writeFile(keyFile(), key.slice(0, 10));
    expect((await statusOf(await issued())).code).toBe(0);
    expect(await readdir(join(folder(), 'auth'))).toEqual(['token.key']);
  });
});
