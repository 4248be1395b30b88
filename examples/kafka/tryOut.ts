import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Producer, stringSerializers } from '@platformatic/kafka';
import { filter, Subject, take } from 'rxjs';
import { unlessInterrupted } from '../support/unlessInterrupted.ts';
import { withZerobus } from '../support/withZerobus.ts';
import type { Group } from './groupConsumer.ts';
import { startKafka } from './kafkaBroker.ts';
import { installKafka, missingForKafka } from './kafkaJars.ts';
import { writeMessages } from './writeMessages.ts';

const TOPIC = 'readings';
const PARTITION_COUNT = 4;
const BATCH_COUNT = 100;
const BATCH_SIZE = 200;
const BAD_BATCH = 42;
const SECOND_AFTER = 5000;

/** Starts a Kafka on this machine, and brings a topic into the table as a group of two consumers. */
export async function tryOut(): Promise<void> {
  const missing = missingForKafka();
  if (missing !== undefined) {
    console.log(`Kafka needs ${missing}. Install it, or name a Kafka that runs: KAFKA_BROKERS=host:9092`);
    process.exitCode = 1;
    return;
  }
  const jars = installKafka();
  const folder = await mkdtemp(join(tmpdir(), 'zerobus-example-'));
  const letters = join(folder, 'readings.dead.ndjson');
  try {
    console.log('starting Kafka');
    const broker = await startKafka(jars, folder, TOPIC, PARTITION_COUNT);
    try {
      await unlessInterrupted(broker.ready);
      await produce(broker.address);
      const group = { brokers: [broker.address], groupId: 'readings-to-table', topic: TOPIC, sessionTimeout: 10_000 };
      await consume(group, letters);
      console.log(`dead letters:\n${(await readFile(letters, 'utf8')).trimEnd()}`);
    } finally {
      await broker.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

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
      value: JSON.stringify({ device_name: `sensor-${n % 10}`, temp: n % 40, humidity: batch }),
    }));
    if (batch === BAD_BATCH) {
      messages[0] = { topic: TOPIC, partition: 0, value: 'offline' };
    }
    await producer.send({ messages });
  }
  await producer.close();
  console.log(`produced ${BATCH_COUNT * BATCH_SIZE} messages to ${PARTITION_COUNT} partitions`);
}

/** Two consumers, of which the second joins when the first has committed some. Ends when everything is committed. */
async function consume(group: Group, letters: string): Promise<void> {
  await withZerobus(async (workspace) => {
    const stop$ = new Subject<void>();
    const committed$ = new Subject<number>();
    const positions = new Map<string, number>();
    const run = (): Promise<void> =>
      writeMessages(group, workspace, letters, stop$).forEach(({ key, position }) => {
        positions.set(key, Math.max(positions.get(key) ?? 0, Number(position)));
        committed$.next([...positions.values()].reduce((total, each) => total + each, 0));
      });
    const consumers: Promise<void>[] = [];
    committed$
      .pipe(
        filter((count) => count >= SECOND_AFTER),
        take(1),
      )
      .subscribe((count) => {
        console.log(`${count} messages are committed, a second consumer joins`);
        consumers.push(run());
      });
    const everything$ = committed$.pipe(
      filter((count) => count === BATCH_COUNT * BATCH_SIZE),
      take(1),
    );
    const done = everything$.forEach((count) => {
      console.log(`${count} messages are committed`);
    });
    consumers.push(run());
    await unlessInterrupted(done);
    stop$.next();
    await unlessInterrupted(Promise.all(consumers));
  });
}
