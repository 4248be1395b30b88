import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { valuesInCommitOrder } from '../support/deltaCommits.ts';
import { freePort } from '../support/freePort.ts';
import { orSkip } from '../support/optional.ts';
import { servedFolder } from '../support/servedFolder.ts';
import { startServerProcess, stopProcess } from '../support/serverProcess.ts';
import { findMosquitto, saveSessions, startMosquitto } from './mqtt/mosquitto.ts';
import { Publisher } from './mqtt/publisher.ts';
import { AIR_QUALITY_DDL, startRecipe } from './support/recipeProcess.ts';
import { waitForValues } from './support/waitForValues.ts';

const ROUND = 200;
/** The messages that the consumer has not acknowledged, which come again if one of the three is killed. */
const RECEIVE_MAXIMUM = 1000;

describe('The recipe for MQTT', () => {
  const folder = servedFolder();
  let broker: ChildProcess;
  let consumer: ChildProcess;
  let publisher: Publisher;
  let cleanUp: (() => Promise<void>)[] = [];

  afterEach(async () => {
    await Promise.all(cleanUp.map((each) => each()));
    cleanUp = [];
  });

  const kill = async (child: ChildProcess | undefined): Promise<void> => {
    if (child?.exitCode === null && child.signalCode === null) {
      await stopProcess(child, 'SIGKILL');
    }
  };

  it('misses nothing if broker, consumer and service are killed in turn', async () => {
    const mosquitto = orSkip(findMosquitto(), 'mosquitto is not installed: apt-get install mosquitto');
    const [brokerPort, port, httpPort] = [await freePort(), await freePort(), await freePort()];
    const url = `mqtt://127.0.0.1:${brokerPort}`;
    const addresses = ['--data', folder.path, '--port', `${port}`, '--http-port', `${httpPort}`];
    const options = ['--flush-interval', '200ms', '--optimize-after', '0', '--table', AIR_QUALITY_DDL];
    const letters = join(folder.path, 'readings.dead.ndjson');

    const startService = async (): Promise<void> => {
      folder.server = await startServerProcess([...addresses, ...options]);
    };
    const startBroker = async (): Promise<void> => {
      broker = await startMosquitto(mosquitto, folder.path, brokerPort);
    };
    const startConsumer = async (): Promise<void> => {
      consumer = await startRecipe('mqtt', { port, httpPort }, { MQTT_URL: url, DEAD_LETTERS: letters });
    };
    const steps: readonly (() => Promise<void>)[] = [
      // It acknowledges what it has read before it ends.
      async () => {
        await publisher.publishRound(() => stopProcess(consumer, 'SIGTERM'));
        expect(consumer.exitCode).toBe(0);
        await startConsumer();
      },
      async () => {
        await publisher.publishRound(() => kill(consumer));
        await publisher.publishRound();
        await startConsumer();
      },
      async () => {
        await saveSessions(broker, folder.path);
        await publisher.publishRound(async () => {
          await kill(broker);
          await startBroker();
        });
        await publisher.repeatRound();
      },
      async () => {
        await publisher.publishRound(() => kill(folder.server));
        await publisher.publishRound();
        await startService();
      },
      // The rows that the service has not taken are in a consumer that is killed.
      async () => {
        await publisher.publishRound(() => kill(folder.server));
        await publisher.publishRound();
        await kill(consumer);
        await Promise.all([startService(), startConsumer()]);
      },
    ];

    await Promise.all([startService(), startBroker()]);
    cleanUp.push(() => kill(broker));
    await startConsumer();
    cleanUp.push(() => kill(consumer));
    publisher = await Publisher.connect(url, ROUND);
    cleanUp.push(() => publisher.end());
    for (const [index, step] of steps.entries()) {
      await publisher.publishRound();
      await step();
      await publisher.publishBad(`after step ${index}`);
    }
    await publisher.publishRound();

    const table = join(folder.path, 'tables/main/examples/air_quality');
    expect(new Set(await waitForValues(table, 'humidity', publisher.count)).size).toBe(publisher.count);
    await stopProcess(consumer, 'SIGTERM');
    expect(consumer.exitCode).toBe(0);
    await stopProcess(folder.server as ChildProcess, 'SIGINT');
    const repeated = (await valuesInCommitOrder(table, 'humidity')).length - publisher.count;
    expect(repeated).toBeLessThanOrEqual(publisher.repeated + steps.length * RECEIVE_MAXIMUM);
    const buried = (await readFile(letters, 'utf8')).trimEnd().split('\n');
    expect(new Set(buried.map((line) => JSON.parse(line).value.payload))).toEqual(
      new Set(steps.map((_, index) => `after step ${index}`)),
    );
    console.log(`      ${steps.length} kills, ${publisher.count} messages, ${repeated} of them twice`);
  }, 120_000);
});
