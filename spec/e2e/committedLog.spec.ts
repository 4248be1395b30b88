import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { valuesInCommitOrder } from '../support/deltaCommits.ts';
import { READINGS_TABLE, startServer } from '../support/startServer.ts';

const program = fileURLToPath(new URL('./programs/consumeLog.js', import.meta.url));

const PARTITION_COUNT = 3;
const MESSAGE_COUNT = 30_000;
const MAX_INFLIGHT_RECORDS = 2000;
const EVERY_COUNT = 500;
/** The number of commits after which each process is killed, or asked to end. */
const ends: readonly (readonly [commitCount: number, signal: NodeJS.Signals])[] = [
  [1, 'SIGKILL'],
  [4, 'SIGKILL'],
  [2, 'SIGTERM'],
  [9, 'SIGKILL'],
  [1, 'SIGTERM'],
  [16, 'SIGKILL'],
  [3, 'SIGKILL'],
  [5, 'SIGKILL'],
];

describe('A consumer of a log that is killed or ends', () => {
  let folder: string;
  let consumer: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rxjs-zerobus-'));
  });
  afterEach(async () => {
    consumer?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it(`misses nothing, ${ends.length} times over, and repeats at most the window`, async () => {
    for (let partition = 0; partition < PARTITION_COUNT; partition++) {
      const lines = Array.from({ length: MESSAGE_COUNT / PARTITION_COUNT }, (_, n) =>
        JSON.stringify({ device: `d${partition}`, temp: n * PARTITION_COUNT + partition }),
      );
      await writeFile(join(folder, `${partition}.log`), `${lines.join('\n')}\n`);
      await writeFile(join(folder, `${partition}.offset`), '0');
    }
    const { server, connection } = await startServer();
    const options = { partitionCount: PARTITION_COUNT, maxInflightRecords: MAX_INFLIGHT_RECORDS, count: EVERY_COUNT };
    const args = [program, folder, JSON.stringify(connection), JSON.stringify(options)];
    try {
      let last = '';
      for (const [commitCount, signalSent] of [...ends, [Number.POSITIVE_INFINITY, undefined] as const]) {
        // Windows has no signal that a process can handle.
        const end = process.platform === 'win32' && signalSent !== undefined ? 'SIGKILL' : signalSent;
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        consumer = child;
        const exited = once(child, 'exit');
        let commits = 0;
        for await (const line of createInterface({ input: child.stdout })) {
          last = line;
          if (++commits === commitCount) {
            child.kill(end);
          }
        }
        const [code, signal] = await exited;
        // It drains before it ends, if it may.
        expect([code, signal]).toEqual(end === 'SIGKILL' ? [null, 'SIGKILL'] : [0, null]);
      }
      expect(last).toBe('complete');
      for (let partition = 0; partition < PARTITION_COUNT; partition++) {
        const committed = await readFile(join(folder, `${partition}.offset`), 'utf8');
        expect(committed).toBe(`${MESSAGE_COUNT / PARTITION_COUNT}`);
      }
      await server.flush();
      const values = await valuesInCommitOrder(server.tablePath(READINGS_TABLE), 'temp');
      const repeated = values.length - MESSAGE_COUNT;
      expect(new Set(values).size).toBe(MESSAGE_COUNT);
      expect(repeated).toBeGreaterThan(0);
      expect(repeated).toBeLessThanOrEqual(ends.length * (MAX_INFLIGHT_RECORDS + EVERY_COUNT));
      console.log(`      ${ends.length} ends, ${MESSAGE_COUNT} messages, ${repeated} of them twice`);
    } finally {
      await server.close();
    }
  }, 120_000);
});
