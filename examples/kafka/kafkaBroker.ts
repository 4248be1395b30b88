import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { Admin } from '@platformatic/kafka';

/** A Kafka that runs, or starts. */
export interface KafkaBroker {
  readonly address: string;
  /** Resolves when it answers and has its topic. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Small and quick to start, rather than fast under load. */
const javaOptions = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
/** Kafka takes some seconds to start, or more on a busy machine. */
const START_RETRIES = 600;
const START_RETRY_MS = 100;

/**
 * Starts an Apache Kafka in KRaft mode, one process that is broker and controller, with one topic.
 *
 * @param jars as `kafkaJars` returns it
 * @param folder a folder for its data and its configuration
 */
export async function startKafka(
  jars: string,
  folder: string,
  topic: string,
  partitions: number,
): Promise<KafkaBroker> {
  const [port, controllerPort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${address},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${address}`,
    'log.dirs': join(folder, 'kafka'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
  };
  const config = join(folder, 'server.properties');
  writeFileSync(
    config,
    Object.entries(properties)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const java = [...javaOptions, '-cp', join(jars, '*')];
  const clusterId = randomBytes(16).toString('base64url');
  const format = spawnSync(
    'java',
    [...java, 'kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', config],
    {
      encoding: 'utf8',
    },
  );
  if (format.status !== 0) {
    throw new Error(`Kafka could not format its folder: ${format.stderr}`);
  }
  const broker = spawn('java', [...java, 'kafka.Kafka', config], { stdio: 'ignore' });
  // If this process ends before it closes Kafka.
  const onExit = (): void => void broker.kill('SIGKILL');
  process.once('exit', onExit);
  broker.once('exit', () => process.off('exit', onExit));
  return { address, ready: createTopic(address, topic, partitions), close: () => stop(broker) };
}

/** Waits until the broker answers, too. */
async function createTopic(address: string, topic: string, partitions: number): Promise<void> {
  const admin = new Admin({
    clientId: 'admin',
    bootstrapBrokers: [address],
    retries: START_RETRIES,
    retryDelay: START_RETRY_MS,
  });
  try {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
  } finally {
    await admin.close();
  }
}

async function stop(broker: ChildProcess): Promise<void> {
  if (broker.exitCode === null && broker.signalCode === null) {
    const exited = once(broker, 'exit');
    broker.kill('SIGKILL');
    await exited;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
