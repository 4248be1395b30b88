import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { readTable, type ZerobusLocal } from 'zerobus-local';
import { CREATE_EVENTS_TABLE, EVENTS_TABLE } from '../../examples/events/eventsTable.ts';
import { post, sendUntilDurable } from '../../examples/events/sendUntilDurable.ts';
import { type ServiceProcess, startService } from '../../examples/events/serviceProcess.ts';
import { reachThisMachineDirectly } from '../../examples/support/reachThisMachineDirectly.ts';
import { type StartedServer, startServer } from './startServer.ts';

const WINDOW = 10;
/** Each spec starts processes, which take their time on a busy machine. */
const TIMEOUT_MS = 60_000;

interface Running extends ServiceProcess {
  /** What it has printed on stderr. */
  readonly lines: readonly string[];
}

function batch(name: string, count: number): readonly { readonly id: string }[] {
  return Array.from({ length: count }, (_, n) => ({ id: `${name}-${n}`, kind: 'click', amount: n }));
}

/** The ids in the table, sorted, with repeats. */
async function storedIds(server: ZerobusLocal): Promise<readonly string[]> {
  await server.flush();
  const { rows } = await readTable(server.tablePath(EVENTS_TABLE), 'SELECT id FROM this ORDER BY id');
  return rows.map(([id]) => String(id));
}

/** Specs of a service that takes events over HTTP: what a client sees of it, in a process of its own. */
export function describeService(name: string): void {
  describe(`The ${name} service`, () => {
    let started: StartedServer;
    const running = new Set<ServiceProcess>();

    const start = async (...args: readonly string[]): Promise<Running> => {
      const path = fileURLToPath(new URL(`../../examples/${name}/service.js`, import.meta.url));
      const lines: string[] = [];
      const service = await startService(
        path,
        started.connection,
        ['--port', '0', '--window', String(WINDOW), ...args],
        (line) => lines.push(line),
      );
      running.add(service);
      return { ...service, lines };
    };
    /** Sends events that stay in flight, since the acks are lost, and waits until the service has passed them on. */
    const sendWithoutAck = async (
      url: string,
      events: readonly object[],
    ): Promise<{ readonly answer: Promise<Response | undefined> }> => {
      const { faults, activity } = started.server;
      const expected = activity.counters.recordsAccepted + events.length;
      faults.dropAcks();
      const answer = post(url, events);
      await activity.until(({ recordsAccepted }) => recordsAccepted >= expected);
      return { answer };
    };
    const acknowledgeAgain = (): void => {
      started.server.faults.clear();
      started.server.faults.cutConnections();
    };

    beforeEach(async () => {
      reachThisMachineDirectly();
      started = await startServer({ tables: [CREATE_EVENTS_TABLE] });
    });
    afterEach(async () => {
      await Promise.all([...running].map((service) => service.stop('SIGKILL')));
      running.clear();
      await started.server.close();
    });

    it(
      'answers 200 with the offset once durable, 400 to what does not fit, 503 if the window is full',
      async () => {
        const { url } = await start();
        const one = await post(url, { id: 'one', kind: 'click' });
        expect([one?.status, await one?.json()]).toEqual([200, { durable: 1, offset: 0 }]);
        const several = await post(url, batch('batch', 3));
        expect([several?.status, await several?.json()]).toEqual([200, { durable: 3, offset: 3 }]);
        const tooMany = batch('many', WINDOW + 1);
        for (const bad of [{ id: 'bad' }, [...batch('bad', 1), { id: 'bad', kind: 1 }], [], tooMany, 'bad', null]) {
          const answer = await post(url, bad);
          expect(answer?.status).withContext(JSON.stringify(bad)).toBe(400);
        }
        expect(await storedIds(started.server)).toEqual(['batch-0', 'batch-1', 'batch-2', 'one']);
        const health = await fetch(`${url}/health/ready`);
        expect([health.status, await health.json()]).toEqual([200, { live: true, ready: true, stream: 'open' }]);

        const { answer } = await sendWithoutAck(url, batch('first', WINDOW));
        const refused = await post(url, batch('second', 1));
        expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([503, '1']);
        expect(await refused?.json()).toEqual(jasmine.objectContaining({ error: 'WINDOW_FULL' }));
        const metrics = await fetch(`${url}/metrics`);
        expect(await metrics.json()).toEqual(jasmine.objectContaining({ inflight: WINDOW, refused: 1 }));
        acknowledgeAgain();
        expect((await answer)?.status).toBe(200);
        expect((await post(url, batch('second', 1)))?.status).toBe(200);
        expect(await storedIds(started.server)).toEqual(jasmine.arrayContaining(['first-9', 'second-0']));
      },
      TIMEOUT_MS,
    );

    it(
      'answers what is in flight after SIGTERM, takes nothing more, and exits with 0',
      async () => {
        const service = await start();
        const { answer } = await sendWithoutAck(service.url, batch('last', 3));
        const ended = service.stop('SIGTERM');
        // It takes a moment until the signal has reached the service.
        let refused: Response | undefined;
        do {
          refused = await post(service.url, []);
        } while (refused?.status === 400);
        expect(refused?.status).toBe(503);
        acknowledgeAgain();
        expect((await answer)?.status).toBe(200);
        expect(await ended).toBe(0);
        expect(service.lines).toEqual([jasmine.stringContaining('"durable":3')]);
      },
      TIMEOUT_MS,
    );

    it(
      'answers 503 to what is not durable by the deadline after SIGTERM, says so, and exits with 1',
      async () => {
        const service = await start('--drain-ms', '100');
        // A client that does not finish its request does not hold up the end.
        const stuck = connect(Number(new URL(service.url).port), '127.0.0.1').on('error', () => {});
        stuck.write('POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n');
        const { answer } = await sendWithoutAck(service.url, batch('last', 3));
        const code = await service.stop('SIGTERM');
        const response = await answer;
        expect([response?.status, response?.headers.get('retry-after')]).toEqual([503, '5']);
        expect(await response?.json()).toEqual(jasmine.objectContaining({ error: 'NOT_KNOWN' }));
        stuck.destroy();
        expect(code).toBe(1);
        expect(service.lines.join(' ')).toContain('3 events are not known to be durable');
      },
      TIMEOUT_MS,
    );

    it(
      'loses nothing that it has answered 200 if it is killed, and clients send again',
      async () => {
        let service = await start();
        let answered = 0;
        let restarted: Promise<void> | undefined;
        const restart = async (): Promise<void> => {
          await service.stop('SIGKILL');
          service = await start();
        };
        const statuses = new Set<number>();
        const client = { url: () => service.url, answered: (status: number) => statuses.add(status) };
        const batches = Array.from({ length: 40 }, (_, n) => batch(`kill-${n}`, 3));
        const sendEach = async (first: number): Promise<void> => {
          for (let n = first; n < batches.length; n += 2) {
            await sendUntilDurable(client, batches[n] ?? []);
            answered++;
            if (answered === batches.length / 2) {
              restarted = restart();
            }
          }
        };
        await Promise.all([sendEach(0), sendEach(1)]);
        await restarted;
        expect(statuses).toContain(0);
        const stored = await storedIds(started.server);
        const sent = batches.flat().map(({ id }) => id);
        expect([...new Set(stored)]).toEqual(sent.sort());
        // Each of the two clients had at most one batch in flight when the service was killed.
        expect(stored.length - sent.length).toBeLessThanOrEqual(2 * 3);
      },
      TIMEOUT_MS,
    );
  });
}
