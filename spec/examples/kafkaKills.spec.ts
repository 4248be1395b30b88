import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Producer, stringSerializers } from '@platformatic/kafka';
import { BehaviorSubject, filter, firstValueFrom, Subject } from 'rxjs';
import { valuesInCommitOrder } from '../support/deltaCommits.ts';
import { freePort } from '../support/freePort.ts';
import { orSkip } from '../support/optional.ts';
import { servedFolder } from '../support/servedFolder.ts';
import { startServerProcess, stopProcess } from '../support/serverProcess.ts';
import { AIR_QUALITY_DDL, recipeModule, startRecipe } from './support/recipeProcess.ts';
import { waitForValues } from './support/waitForValues.ts';

const TOPIC = 'readings';
const PARTITION_COUNT = 4;
const BATCH_SIZE = 100;
const BATCH_COUNT = 400;
const MESSAGE_COUNT = BATCH_SIZE * BATCH_COUNT;
const SESSION_TIMEOUT_MS = 3000;
const DEVICE = 'sensor-'.padEnd(200, '0');
/**
 * The most messages that a consumer has read and not committed: those in flight, which are half of the most at which it
 * pauses, those that wait for a commit and come through during one, those read ahead, and those of one fetch.
 */
const WINDOW = 500 + 500 + 500 + 250 + (64 * 1024) / 200;

describe('The recipe for Kafka', () => {
  const folder = servedFolder();
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

  async function produce(address: string): Promise<void> {
    const producer = new Producer({
      clientId: 'sensors',
      bootstrapBrokers: [address],
      serializers: stringSerializers,
      idempotent: true,
    });
    for (let batch = 0; batch < BATCH_COUNT; batch++) {
      const messages = Array.from({ length: BATCH_SIZE }, (_, n) => ({
        topic: TOPIC,
        partition: n % PARTITION_COUNT,
        value: JSON.stringify({ device_name: DEVICE, humidity: batch * BATCH_SIZE + n }),
      }));
      await producer.send({ messages });
    }
    await producer.close();
  }

  it('misses nothing if a consumer joins, another is killed, and then the service', async () => {
    const { kafkaJars, missingForKafka } = await recipeModule('kafka/kafkaJars');
    const jars = orSkip(
      missingForKafka() === undefined ? kafkaJars() : undefined,
      'Kafka is not installed: npm run kafka:install (it needs Java 17 and Maven)',
    );
    const { startKafka } = await recipeModule('kafka/kafkaBroker');
    const [port, httpPort] = [await freePort(), await freePort()];
    const addresses = ['--data', folder.path, '--port', `${port}`, '--http-port', `${httpPort}`];
    const options = ['--flush-interval', '200ms', '--optimize-after', '0', '--table', AIR_QUALITY_DDL];
    const startService = async (): Promise<void> => {
      folder.server = await startServerProcess([...addresses, ...options]);
    };
    const kafkaFolder = join(folder.path, 'kafka');
    await mkdir(kafkaFolder);
    const broker = await startKafka(jars, kafkaFolder, TOPIC, PARTITION_COUNT);
    cleanUp.push(broker.close);
    await Promise.all([broker.ready, startService()]);
    await produce(broker.address);

    /** The lines of all consumers, and whether the one that spoke last has paused its partitions. */
    const lines$ = new Subject<string>();
    const paused$ = new BehaviorSubject(false);
    lines$.subscribe((line) => {
      if (/ (paused|resumed)$/.test(line)) {
        paused$.next(line.endsWith('paused'));
      }
    });
    const startConsumer = async (): Promise<ChildProcess> => {
      const variables = {
        KAFKA_BROKERS: broker.address,
        SESSION_TIMEOUT_MS: `${SESSION_TIMEOUT_MS}`,
        DEAD_LETTERS: join(folder.path, 'readings.dead.ndjson'),
      };
      const consumer = await startRecipe('kafka', { port, httpPort }, variables, (line) => lines$.next(line));
      cleanUp.push(() => kill(consumer));
      return consumer;
    };
    const nextLine = (start: string): Promise<string> =>
      firstValueFrom(lines$.pipe(filter((line) => line.startsWith(start))));

    const first = await startConsumer();
    await nextLine('committed');
    const halves = nextLine('partitions: ');
    const second = await startConsumer();
    await halves;
    await nextLine('committed');
    await kill(first);
    await nextLine('committed');
    await kill(folder.server);
    await firstValueFrom(paused$.pipe(filter((isPaused) => isPaused)));
    // It stays in the group while it pauses.
    const third = await startConsumer();
    await startService();
    await firstValueFrom(paused$.pipe(filter((isPaused) => !isPaused)));

    const table = join(folder.path, 'tables/main/examples/air_quality');
    expect(new Set(await waitForValues(table, 'humidity', MESSAGE_COUNT)).size).toBe(MESSAGE_COUNT);
    // They commit what they have read before they end.
    await Promise.all([second, third].map((consumer) => stopProcess(consumer, 'SIGTERM')));
    expect([second.exitCode, third.exitCode]).toEqual([0, 0]);
    await stopProcess(folder.server as ChildProcess, 'SIGINT');
    const repeated = (await valuesInCommitOrder(table, 'humidity')).length - MESSAGE_COUNT;
    // What `first` has read comes again when `second` joins and when it is killed, what `second` has read then and when
    // `third` joins, and what the service has taken when it is killed.
    expect(repeated).toBeLessThanOrEqual(5 * WINDOW);
    console.log(`      ${MESSAGE_COUNT} messages, ${repeated} of them twice`);
  }, 180_000);
});
