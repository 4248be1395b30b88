import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filter, firstValueFrom, Subject, share } from 'rxjs';
import { readTable, startZerobusLocal } from 'zerobus-local';
import { toZerobus } from '../../operators/toZerobus.ts';
import { withEnvironment } from '../support/environment.ts';
import { freePort } from '../support/freePort.ts';
import { servedFolder } from '../support/servedFolder.ts';
import { startServerProcess, stopProcess } from '../support/serverProcess.ts';
import { READINGS_TABLE } from '../support/startServer.ts';

describe('A client that trusts ca.pem of zerobus-local once', () => {
  const folder = servedFolder();

  it('keeps its stream over SIGKILL, Ctrl-C and close() on the same ports', async () => {
    const ports = { port: await freePort(), httpPort: await freePort() };
    const table = `CREATE TABLE ${READINGS_TABLE} (device STRING, temp INT NOT NULL)`;
    const args = ['--data', folder.path, '--port', `${ports.port}`, '--http-port', `${ports.httpPort}`, '--tls'];
    folder.server = await startServerProcess([...args, '--table', table]);

    const records$ = new Subject<object>();
    const acks$ = records$.pipe(
      toZerobus(READINGS_TABLE, {
        endpoint: `https://127.0.0.1:${ports.port}`,
        workspaceUrl: `https://127.0.0.1:${ports.httpPort}`,
        clientId: 'client',
        clientSecret: 'client-secret',
        tls: { ca: await readFile(join(folder.path, 'tls', 'ca.pem')) },
        recoveryBackoffMs: 20,
        recoveryBackoffMaxMs: 100,
        recoveryRetries: 1000,
      }),
      share(),
    );
    let sent = 0;
    const write = async (): Promise<void> => {
      const offset = sent++;
      const durable = firstValueFrom(acks$.pipe(filter((watermark) => watermark >= offset)));
      records$.next({ device: 'a', temp: offset });
      await durable;
    };

    await withEnvironment({}, async () => {
      const ended = new Promise<unknown>((resolve) =>
        acks$.subscribe({ error: resolve, complete: () => resolve('complete') }),
      );
      await write();
      for (const signal of ['SIGKILL', 'SIGINT'] as const) {
        await stopProcess(folder.server as ChildProcess, signal);
        folder.server = await startServerProcess(args);
        await write();
      }
      await stopProcess(folder.server as ChildProcess, 'SIGINT');
      for (let starts = 0; starts < 2; starts++) {
        await using _ = await startZerobusLocal({ dataDir: folder.path, ...ports, tls: true });
        await write();
      }
      await using last = await startZerobusLocal({ dataDir: folder.path, ...ports, tls: true });
      await write();
      records$.complete();
      expect(await ended).toBe('complete');
      await last.flush();
      const { rows } = await readTable(last.tablePath(READINGS_TABLE), 'SELECT DISTINCT temp FROM this ORDER BY temp');
      expect(rows).toEqual(Array.from({ length: sent }, (_value, temp) => [temp]));
    });
  }, 60_000);
});
