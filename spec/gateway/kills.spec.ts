import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type GatewayAnswer, gatewayWorld, PageClient, range } from '../support/gatewayWorld.ts';
import { stopProcess } from '../support/serverProcess.ts';

const program = fileURLToPath(new URL('../e2e/programs/gateway.js', import.meta.url));

describe('A gateway process', () => {
  const suite = gatewayWorld();
  let running: ChildProcess | undefined;

  /** Starts a gateway that asks the table through this process, and returns its address. */
  const start = async (): Promise<string> => {
    const { world } = suite;
    const durable = await world.serve(async ({ url = '' }, response) => {
      const { searchParams } = new URL(url, 'http://127.0.0.1');
      const stored = await world.stored(searchParams.get('client') ?? '');
      response.end(JSON.stringify(stored.filter((sequence) => sequence >= Number(searchParams.get('from')))));
    });
    const configuration = JSON.stringify({ connection: world.connection, durable });
    running = spawn(process.execPath, [program, configuration], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(createInterface({ input: running.stdout as NodeJS.ReadableStream }), 'line');
    return `http://127.0.0.1:${port}`;
  };

  afterEach(async () => {
    if (running?.exitCode === null && running.signalCode === null) {
      await stopProcess(running, 'SIGKILL');
    }
  });

  it('that is killed leaves each event in the table once, since clients send again', async () => {
    const { zerobus } = suite.world;
    const page = new PageClient();
    let url = await start();
    let lostAnswers = 0;
    for (let kept = 1; kept <= 40; kept += 10) {
      const send = (): Promise<GatewayAnswer | undefined> =>
        page.send(url, kept, range(kept, kept + 9)).catch(() => undefined);
      const records = zerobus.activity.counters.recordsAccepted + 10;
      const isKilled = kept % 20 === 1;
      if (isKilled) {
        zerobus.faults.dropAcks();
      }
      let answer = send();
      if (isKilled) {
        // The rows are stored, and the answer is lost.
        await zerobus.activity.until(({ recordsAccepted }) => recordsAccepted === records);
        await stopProcess(running as ChildProcess, 'SIGKILL');
        lostAnswers += (await answer) === undefined ? 1 : 0;
        zerobus.faults.clear();
        url = await start();
        answer = send();
      }
      expect((await answer)?.durable).toBe(kept + 9);
    }
    expect(lostAnswers).toBe(2);
    expect(await suite.world.stored(page.id)).toEqual(range(1, 40));
  }, 60_000);

  it('that is terminated answers what is in flight, and ends', async () => {
    const { zerobus } = suite.world;
    const page = new PageClient();
    const url = await start();
    await page.send(url, 1, [1]);
    zerobus.faults.delayAcks({ delayMs: 200 });
    const records = zerobus.activity.counters.recordsAccepted + 2;
    const waiting = page.send(url, 2, [2, 3]);
    await zerobus.activity.until(({ recordsAccepted }) => recordsAccepted === records);
    const process = running as ChildProcess;
    await stopProcess(process, 'SIGTERM');
    expect((await waiting).status).toBe(200);
    expect(process.exitCode).toBe(0);
    expect(await suite.world.stored(page.id)).toEqual([1, 2, 3]);
  });
});
