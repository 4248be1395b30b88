import { join } from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import { ingest } from '../../operators/ingest.ts';
import { valuesInCommitOrder } from '../support/deltaCommits.ts';
import { freePort } from '../support/freePort.ts';
import { servedFolder } from '../support/servedFolder.ts';
import { startServerProcess, stopProcess } from '../support/serverProcess.ts';
import { READINGS_TABLE } from '../support/startServer.ts';

const KILLS = 20;

describe('A server that is killed under load', () => {
  const folder = servedFolder();

  it(`loses nothing it acknowledged, ${KILLS} times over, and keeps the order of the stream`, async () => {
    const [port, httpPort] = [await freePort(), await freePort()];
    const table = `CREATE TABLE ${READINGS_TABLE} (device STRING, temp BIGINT NOT NULL, at TIMESTAMP)`;
    const args = [
      '--data',
      folder.path,
      '--port',
      `${port}`,
      '--http-port',
      `${httpPort}`,
      '--flush-interval',
      '200ms',
      '--table',
      table,
    ];
    folder.server = await startServerProcess(args);

    let kills = 0;
    let sent = 0;
    let killAt = 5000;
    let restarting: Promise<void> | undefined;
    const killAndRestart = async (): Promise<void> => {
      if (folder.server !== undefined) {
        await stopProcess(folder.server, 'SIGKILL');
      }
      kills++;
      folder.server = await startServerProcess(args);
      restarting = undefined;
    };
    function* readings(): Generator<object> {
      while (kills < KILLS) {
        yield { device: `d${sent % 5}`, temp: sent++, at: 1_700_000_000_000_000 + sent };
      }
    }

    const watermark = await lastValueFrom(
      ingest(readings(), READINGS_TABLE, {
        endpoint: `http://127.0.0.1:${port}`,
        workspaceUrl: `http://127.0.0.1:${httpPort}`,
        clientId: 'client',
        clientSecret: 'client-secret',
        maxInflightRecords: 20_000,
        maxBatchBytes: 20_000,
        recoveryBackoffMs: 20,
        recoveryBackoffMaxMs: 100,
        recoveryRetries: 1000,
      }).pipe(
        tap((offset) => {
          if (offset < killAt || restarting !== undefined || kills === KILLS) {
            return;
          }
          // Kills the server at a different distance each time: sometimes after a few records, sometimes after a flush.
          killAt = offset + 500 + ((kills * 7919) % 30_000);
          restarting = killAndRestart();
        }),
      ),
    );
    await restarting;
    if (folder.server !== undefined) {
      await stopProcess(folder.server, 'SIGINT');
    }

    const values = await valuesInCommitOrder(join(folder.path, 'tables', 'main', 'iot', 'readings'), 'temp');
    const firstOccurrences = [...new Set(values)];
    expect(kills).toBe(KILLS);
    expect(watermark).toBe(sent - 1);
    expect(firstOccurrences.length).toBe(sent);
    expect(firstOccurrences.every((value, index) => value === index)).toBeTrue();
    console.log(`      ${kills} kills, ${sent} records, ${values.length - sent} of them twice`);
  }, 120_000);
});
