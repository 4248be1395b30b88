import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/freePort.ts';
import { orSkip } from '../support/optional.ts';
import { servedFolder } from '../support/servedFolder.ts';
import { startServerProcess, stopProcess } from '../support/serverProcess.ts';
import { findMosquitto, startMosquitto } from './mqtt/mosquitto.ts';
import { Publisher } from './mqtt/publisher.ts';
import { waitForValues } from './support/waitForValues.ts';

const recipe = fileURLToPath(new URL('../../examples/mqtt/main.js', import.meta.url));

const TABLE_DDL =
  'CREATE TABLE main.examples.air_quality (device_name STRING NOT NULL, temp INT, humidity BIGINT, measured_at TIMESTAMP)';
const ROUND = 100;
const ROUNDS_BETWEEN_KILLS = 5;
/** The messages that the consumer has not acknowledged, which come again if one of the three is killed. */
const RECEIVE_MAXIMUM = 1000;

describe('The recipe for MQTT', () => {
  const folder = servedFolder();
  let broker: ChildProcess | undefined;
  let consumer: ChildProcess | undefined;
  let publisher: Publisher | undefined;

  afterEach(async () => {
    await publisher?.end();
    for (const each of [consumer, broker]) {
      if (each?.exitCode === null && each.signalCode === null) {
        await stopProcess(each, 'SIGKILL');
      }
    }
  });

  it('misses nothing if broker, consumer and service are killed in turn', async () => {
    const mosquitto = orSkip(findMosquitto(), 'mosquitto is not installed: apt-get install mosquitto');
    const [brokerPort, port, httpPort] = [await freePort(), await freePort(), await freePort()];
    const args = ['--data', folder.path, '--port', `${port}`, '--http-port', `${httpPort}`];
    const options = ['--flush-interval', '200ms', '--optimize-after', '0', '--table', TABLE_DDL];
    const letters = join(folder.path, 'readings.dead.ndjson');

    const startService = async (): Promise<void> => {
      folder.server = await startServerProcess([...args, ...options]);
    };
    const startBroker = async (): Promise<void> => {
      broker = await startMosquitto(mosquitto, folder.path, brokerPort);
    };
    /** Starts a consumer, and waits until it reads. */
    const startConsumer = async (): Promise<void> => {
      const child = spawn(process.execPath, [recipe], {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: {
          ...process.env,
          no_grpc_proxy: '127.0.0.1',
          MQTT_URL: `mqtt://127.0.0.1:${brokerPort}`,
          DEAD_LETTERS: letters,
          ZEROBUS_ENDPOINT: `http://127.0.0.1:${port}`,
          DATABRICKS_HOST: `http://127.0.0.1:${httpPort}`,
          DATABRICKS_CLIENT_ID: 'client',
          DATABRICKS_CLIENT_SECRET: 'client-secret',
        },
      });
      consumer = child;
      for await (const _ of createInterface({ input: child.stdout })) {
        child.stdout.resume();
        return;
      }
    };
    const kill = (child: ChildProcess | undefined): Promise<void> => stopProcess(child as ChildProcess, 'SIGKILL');

    await Promise.all([startService(), startBroker()]);
    await startConsumer();
    const from = await Publisher.connect(`mqtt://127.0.0.1:${brokerPort}`);
    publisher = from;
    let kills = 0;
    const publishRounds = async (): Promise<void> => {
      for (let round = 0; round < ROUNDS_BETWEEN_KILLS; round++) {
        await from.publishRound(ROUND);
      }
      await from.publishBad(`after ${kills} kills`);
    };

    const steps: readonly (() => Promise<void>)[] = [
      async () => {
        await kill(consumer);
        await publishRounds();
        await startConsumer();
      },
      async () => {
        await from.publishRound(ROUND, async () => {
          await kill(broker);
          await startBroker();
        });
      },
      async () => {
        await kill(folder.server);
        await publishRounds();
        await startService();
      },
      // The rows that the service has not taken are in a consumer that is killed.
      async () => {
        await kill(folder.server);
        await publishRounds();
        kills++;
        await kill(consumer);
        await Promise.all([startService(), startConsumer()]);
      },
    ];
    await publishRounds();
    for (const step of steps) {
      kills++;
      await step();
      await publishRounds();
    }

    const table = join(folder.path, 'tables', 'main', 'examples', 'air_quality');
    const values = await waitForValues(table, 'humidity', from.count);
    const repeated = values.length - from.count;
    expect(new Set(values).size).toBe(from.count);
    expect(repeated).toBeLessThanOrEqual(from.repeated + kills * RECEIVE_MAXIMUM);
    const buried = (await readFile(letters, 'utf8')).trimEnd().split('\n');
    expect(new Set(buried.map((line) => JSON.parse(line).value.payload)).size).toBeGreaterThanOrEqual(kills);
    console.log(`      ${kills} kills, ${from.count} messages, ${repeated} of them twice`);
  }, 120_000);
});
