// From a Kafka topic into a table, at least once, as one consumer of a group: offsets are committed when the rows are
// durable. Without KAFKA_BROKERS, it runs against an Apache Kafka on this machine.
import process from 'node:process';
import { fromEvent, merge, ReplaySubject } from 'rxjs';
import { exitIfInterrupted } from '../support/unlessInterrupted.ts';
import { withZerobus } from '../support/withZerobus.ts';
import { tryOut } from './tryOut.ts';
import { writeMessages } from './writeMessages.ts';

const { KAFKA_BROKERS, SESSION_TIMEOUT_MS = '30000', DEAD_LETTERS = 'readings.dead.ndjson' } = process.env;
/** How long what has been read may take to be durable and committed when the process is asked to end. */
const STOP_MS = 20_000;

/** Runs until SIGTERM or Ctrl-C, then commits what has been read. */
async function run(brokers: readonly string[]): Promise<void> {
  const stop$ = new ReplaySubject<void>(1);
  merge(fromEvent(process, 'SIGTERM'), fromEvent(process, 'SIGINT')).subscribe(() => {
    stop$.next();
    setTimeout(() => process.exit(1), STOP_MS).unref();
  });
  const group = {
    brokers,
    groupId: 'readings-to-table',
    topic: 'readings',
    sessionTimeout: Number(SESSION_TIMEOUT_MS),
  };
  let total = 0;
  await withZerobus((workspace) =>
    writeMessages(group, workspace, DEAD_LETTERS, stop$).forEach(({ key, position, count }) => {
      total += count;
      console.log(`committed ${key}@${position}, ${total} messages in all`);
    }),
  );
}

await (KAFKA_BROKERS === undefined ? exitIfInterrupted(tryOut) : run(KAFKA_BROKERS.split(',')));
