// From an MQTT broker into a table, at least once: a message is acknowledged when its row is durable. Without MQTT_URL,
// it runs against a broker in this process.
import process from 'node:process';
import { fromEvent, merge, ReplaySubject } from 'rxjs';
import { exitIfInterrupted } from '../support/unlessInterrupted.ts';
import { withZerobus } from '../support/withZerobus.ts';
import { tryOut } from './tryOut.ts';
import { writeDeliveries } from './writeDeliveries.ts';

const { MQTT_URL, MQTT_CLIENT_ID = 'readings-to-table', DEAD_LETTERS = 'readings.dead.ndjson' } = process.env;
/** How long what has been read may take to become durable when the process is asked to end. */
const STOP_MS = 20_000;

/** Runs until SIGTERM or Ctrl-C, then acknowledges what has been read. */
async function run(url: string): Promise<void> {
  const stop$ = new ReplaySubject<void>(1);
  merge(fromEvent(process, 'SIGTERM'), fromEvent(process, 'SIGINT')).subscribe(() => {
    stop$.next();
    setTimeout(() => process.exit(1), STOP_MS).unref();
  });
  const subscription = { url, protocolVersion: 5, clientId: MQTT_CLIENT_ID, topics: 'readings/#' } as const;
  let count = 0;
  await withZerobus((workspace) =>
    writeDeliveries(subscription, workspace, DEAD_LETTERS, stop$).forEach(() => {
      count++;
    }),
  );
  console.log(`acknowledged ${count} messages`);
}

await (MQTT_URL === undefined ? exitIfInterrupted(() => tryOut(MQTT_CLIENT_ID)) : run(MQTT_URL));
