import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import { Subject } from 'rxjs';
import { unlessInterrupted } from '../support/unlessInterrupted.ts';
import { withZerobus } from '../support/withZerobus.ts';
import { writeDeliveries } from './writeDeliveries.ts';

const MESSAGE_COUNT = 5000;
const BAD_MESSAGE = 1234;

/** Brings the messages of a broker in this process into the table. The broker keeps sessions in memory. */
export async function tryOut(clientId: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'zerobus-example-'));
  const letters = join(folder, 'readings.dead.ndjson');
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const subscribed = once(broker, 'subscribe');
  let acknowledged = 0;
  const everythingAcknowledged = new Promise<void>((resolve) => {
    broker.on('ack', () => {
      if (++acknowledged === MESSAGE_COUNT) {
        resolve();
      }
    });
  });
  try {
    await withZerobus(async (workspace) => {
      const stop$ = new Subject<void>();
      const written = writeDeliveries(
        { url, protocolVersion: 4, clientId, topics: 'readings/#' },
        workspace,
        letters,
        stop$,
      ).forEach(() => {});
      await unlessInterrupted(subscribed);
      const publisher = await connectAsync(url);
      const published = Array.from({ length: MESSAGE_COUNT }, (_, n) => {
        const payload = n === BAD_MESSAGE ? 'offline' : JSON.stringify({ temp: n % 40, humidity: n % 100 });
        return publisher.publishAsync(`readings/sensor-${n % 10}`, payload, { qos: 1 });
      });
      await unlessInterrupted(Promise.all(published));
      console.log(`published ${MESSAGE_COUNT} messages`);
      await unlessInterrupted(everythingAcknowledged);
      stop$.next();
      await unlessInterrupted(Promise.all([written, publisher.endAsync()]));
      console.log(`the broker has ${acknowledged} acknowledgements`);
    });
    console.log(`dead letters:\n${(await readFile(letters, 'utf8')).trimEnd()}`);
  } finally {
    server.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await rm(folder, { recursive: true });
  }
}
