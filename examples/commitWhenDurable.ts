// From a log with partitions, at least once: its positions are committed when the rows are durable. The log is scripted
// here. A consumer of Kafka or Redpanda has the same parts.
import { BehaviorSubject } from 'rxjs';
import { commitWhenDurable, pull, throughZerobus } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

interface Message {
  readonly partition: number;
  readonly offset: bigint;
  readonly value: { readonly device_name: string; readonly temp: number };
}

/** The broker's side: 4 partitions of 2,500 messages, and their committed offsets. */
const PARTITION_COUNT = 4;
const committed = new Map<number, bigint>();
function* poll(): Generator<Message> {
  for (let n = 0; n < 10_000; n++) {
    const partition = n % PARTITION_COUNT;
    const value = { device_name: `sensor-${partition}`, temp: n % 40 };
    yield { partition, offset: BigInt(Math.floor(n / PARTITION_COUNT)), value };
  }
}

await withZerobus(async (workspace) => {
  const commits = commitWhenDurable({
    key: ({ partition }: Message) => partition,
    // A broker wants the offset of the message to read next.
    position: ({ offset }) => offset + 1n,
    // One call for all partitions. Return a promise or an observable, with `retry` for what may pass.
    commit: async (all) => {
      for (const { key, position } of all) {
        committed.set(key, position);
      }
    },
    every: { count: 1000, ms: 500 },
  });
  // When the process ends, what is in flight is committed before. `commits.forget(partition)` is for rebalances.
  const onSignal = async (): Promise<void> => process.exit((await commits.drain(10_000)) ? 0 : 1);
  process.once('SIGTERM', onSignal);

  const paused$ = new BehaviorSubject(false);
  let total = 0;
  await pull(poll(), paused$)
    .pipe(
      commits.track,
      throughZerobus(AIR_QUALITY_TABLE, { ...workspace, row: ({ value }) => value, backpressure: paused$ }),
      commits,
    )
    .forEach(({ count }) => {
      total += count;
    });
  process.off('SIGTERM', onSignal);
  console.log(`committed ${total} messages: ${[...committed].map(([key, next]) => `${key}@${next}`).join(' ')}`);
});
