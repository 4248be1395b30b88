import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, ReplaySubject, tap } from 'rxjs';
import { readTable, startZerobusLocal, type ZerobusLocal, type ZerobusLocalOptions } from 'zerobus-local';
import { toZerobus } from '../../operators/toZerobus.ts';
import { freePort } from '../support/freePort.ts';
import { startServerProcess, stopProcess } from '../support/serverProcess.ts';
import { READINGS_TABLE } from '../support/startServer.ts';
import { reply, startTokenEndpoint } from '../support/tokenEndpoint.ts';

const TABLE = `CREATE TABLE ${READINGS_TABLE} (device STRING, temp INT NOT NULL)`;
const RESTARTS = 3;

describe('A stream whose server is restarted with auth on', () => {
  let dataDir: string;
  let ports: { port: number; httpPort: number };
  let stop: () => Promise<void>;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rxjs-zerobus-'));
    ports = { port: await freePort(), httpPort: await freePort() };
    stop = async () => undefined;
  });
  afterEach(async () => {
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Writes records, restarts the server between them, and returns the number of tokens that the client fetched. */
  async function tokensFetched(restart: () => Promise<void>): Promise<number> {
    const workspaceUrl = `http://127.0.0.1:${ports.httpPort}`;
    // Hands requests on, so that they are counted even if the server is another process.
    await using proxy = await startTokenEndpoint(async (response, count) => {
      const { body, headers } = proxy.requests[count - 1] ?? { body: '', headers: {} };
      const answer = await fetch(`${workspaceUrl}/oidc/v1/token`, {
        method: 'POST',
        body,
        headers: {
          authorization: headers.authorization ?? '',
          'content-type': headers['content-type'] ?? '',
        },
      });
      reply(response, answer.status, await answer.text());
    });
    const source$ = new ReplaySubject<object>();
    let sent = 0;
    const send = (): void => source$.next({ device: 'a', temp: sent++ });
    send();
    const watermark = await lastValueFrom(
      source$.pipe(
        toZerobus(READINGS_TABLE, {
          endpoint: `http://127.0.0.1:${ports.port}`,
          workspaceUrl: proxy.workspaceUrl,
          clientId: 'client',
          clientSecret: 'secret',
          recoveryBackoffMs: 20,
          recoveryBackoffMaxMs: 100,
          recoveryRetries: 1000,
        }),
        tap((offset) => {
          if (offset < sent - 1) {
            return;
          }
          if (sent > RESTARTS) {
            source$.complete();
            return;
          }
          restart().then(send, (error: unknown) => source$.error(error));
        }),
      ),
    );
    expect(watermark).toBe(RESTARTS);
    return proxy.requests.length;
  }

  async function storedTemps(): Promise<unknown[]> {
    await stop();
    stop = async () => undefined;
    const { rows } = await readTable(
      join(dataDir, 'tables', 'main', 'iot', 'readings'),
      'SELECT DISTINCT temp FROM this ORDER BY temp',
    );
    return rows.flat();
  }

  for (const [how, signal] of [
    ['SIGKILL', 'SIGKILL'],
    ['Ctrl-C', 'SIGINT'],
  ] as const) {
    it(`goes on with its token after ${how}`, async () => {
      const args = ['--data', dataDir, '--port', `${ports.port}`, '--http-port', `${ports.httpPort}`, '--table', TABLE];
      let server: ChildProcess = await startServerProcess(args);
      stop = () => stopProcess(server, 'SIGINT');
      const tokens = await tokensFetched(async () => {
        await stopProcess(server, signal);
        server = await startServerProcess(args);
      });
      expect(tokens).toBe(1);
      expect(await storedTemps()).toEqual([0, 1, 2, 3]);
    });
  }

  it('goes on with its token after close() and startZerobusLocal()', async () => {
    const options: ZerobusLocalOptions = { dataDir, ...ports, tables: [TABLE] };
    let server: ZerobusLocal = await startZerobusLocal(options);
    stop = () => server.close();
    const tokens = await tokensFetched(async () => {
      await server.close();
      server = await startZerobusLocal(options);
    });
    expect(tokens).toBe(1);
    expect(await storedTemps()).toEqual([0, 1, 2, 3]);
  });
});
