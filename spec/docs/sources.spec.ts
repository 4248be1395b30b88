import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readTable } from 'zerobus-local';
import { codeBlocks } from '../support/markdown.ts';
import { READINGS_TABLE, startServer } from '../support/startServer.ts';

const folder = fileURLToPath(new URL('./sources', import.meta.url));

const MESSAGE_COUNT = 3000;
const KILLED_AFTER = 1000;
const BAD_MESSAGE = 1500;
/** The most messages that the queue sends ahead of their acknowledgements. */
const WINDOW = 400;

/** A queue that keeps each message until it is acknowledged, for one consumer after the other. */
class Queue {
  readonly #server: Server;
  readonly #kept = new Set(Array.from({ length: MESSAGE_COUNT }, (_, id) => id));
  /** Called with the number of messages that are acknowledged. */
  onAcknowledged: (count: number) => void = () => {};
  sent = 0;

  constructor() {
    this.#server = createServer((socket) => {
      const waiting = this.#kept.values();
      const send = (): void => {
        const { value: id, done } = waiting.next();
        if (done !== true) {
          this.sent++;
          socket.write(`${JSON.stringify({ id, device: 'd1', temp: id === BAD_MESSAGE ? 'hot' : id })}\n`);
        }
      };
      const acknowledgements = createInterface({ input: socket });
      // A consumer that is killed resets the connection.
      acknowledgements.on('error', () => {});
      acknowledgements.on('line', (id) => {
        this.#kept.delete(Number(id));
        this.onAcknowledged(MESSAGE_COUNT - this.#kept.size);
        if (this.#kept.size === 0) {
          socket.end();
        }
        send();
      });
      for (let n = 0; n < WINDOW; n++) {
        send();
      }
    });
  }

  async listen(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await once(this.#server.close(), 'close');
  }
}

describe('docs/sources.md', () => {
  const read = (): Promise<string> => readFile('docs/sources.md', 'utf8');

  it('has an example of at most 40 lines that loses nothing if it is killed', async () => {
    const code = codeBlocks(await read()).find(({ info }) => info === 'js')?.code ?? '';
    expect(code.split('\n').length).toBeLessThanOrEqual(40);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/source.mjs`, code);
    const { server, connection } = await startServer();
    const queue = new Queue();
    const port = await queue.listen();
    const start = (): ChildProcess =>
      spawn(process.execPath, [`${folder}/source.mjs`], {
        cwd: folder,
        stdio: 'inherit',
        timeout: 60_000,
        env: {
          ...process.env,
          no_grpc_proxy: '127.0.0.1',
          QUEUE_PORT: `${port}`,
          ZEROBUS_ENDPOINT: connection.endpoint,
          DATABRICKS_HOST: connection.workspaceUrl,
          DATABRICKS_CLIENT_ID: connection.clientId,
          DATABRICKS_CLIENT_SECRET: connection.clientSecret,
        },
      });
    try {
      const first = start();
      queue.onAcknowledged = (count) => {
        if (count === KILLED_AFTER) {
          first.kill('SIGKILL');
        }
      };
      expect(await once(first, 'exit')).toEqual([null, 'SIGKILL']);
      expect(await once(start(), 'exit')).toEqual([0, null]);
      await server.flush();
      const { rows } = await readTable(
        server.tablePath(READINGS_TABLE),
        'SELECT count(DISTINCT temp)::INT, count(*)::INT FROM this',
      );
      const [distinct, all] = rows[0] as [number, number];
      expect(distinct).toBe(MESSAGE_COUNT - 1);
      expect(all - distinct).toBeLessThanOrEqual(WINDOW);
      expect(queue.sent - MESSAGE_COUNT).toBeLessThanOrEqual(WINDOW);
      const letters = (await readFile(`${folder}/messages.dead.ndjson`, 'utf8')).trimEnd().split('\n');
      expect(letters.map((line) => JSON.parse(line).record)).toContain('{"device":"d1","temp":"hot"}');
    } finally {
      await queue.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
