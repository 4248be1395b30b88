import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readTable, type ZerobusLocal } from 'zerobus-local';
import { zerobusWritable } from '../../../operators/zerobusWritable.ts';
import { zerobusWritableStream } from '../../../operators/zerobusWritableStream.ts';
import { READINGS_TABLE, type StartedServer, startServer } from '../../support/startServer.ts';

const COUNT = 20_000;

/** Returns the values of the column temp, in order, each once. */
async function storedTemps(server: ZerobusLocal): Promise<number[]> {
  await server.flush();
  const sql = 'SELECT DISTINCT temp FROM this ORDER BY temp';
  return (await readTable(server.tablePath(READINGS_TABLE), sql)).rows.map(([temp]) => Number(temp));
}

const readings = (count: number): object[] => Array.from({ length: count }, (_, temp) => ({ device: 'd', temp }));
const temps = (count: number): number[] => Array.from({ length: count }, (_, temp) => temp);

describe('zerobusWritable and a server', () => {
  let started: StartedServer;

  beforeEach(async () => {
    started = await startServer();
  });
  afterEach(() => started.server.close());

  it('brings a pipeline into the table while connections break and records are bad', async () => {
    const { server, connection } = started;
    const rejected: number[] = [];
    const options = {
      ...connection,
      maxInflightRecords: 2000,
      recoveryBackoffMs: 5,
      recoveryRetries: 1000,
      rejected: ({ value }: { readonly value: unknown }) => void rejected.push((value as { at: number }).at),
    };
    const writable = zerobusWritable(READINGS_TABLE, options);
    let cutAt = 3000;
    writable.on('durable', (offset: number) => {
      if (offset >= cutAt) {
        cutAt += 5000;
        server.faults.cutConnections();
      }
    });
    const records = readings(COUNT).map((each, n) => (n % 5000 === 4999 ? { ...each, temp: 'hot', at: n } : each));
    await pipeline(Readable.from(records), writable);
    expect(rejected).toEqual([4999, 9999, 14_999, 19_999]);
    expect(await storedTemps(server)).toEqual(temps(COUNT).filter((temp) => temp % 5000 !== 4999));
  }, 60_000);

  it('brings a web stream into the table', async () => {
    const { server, connection } = started;
    const records = readings(COUNT).values();
    const source = new ReadableStream<object>({
      pull: (controller) => {
        const { value, done } = records.next();
        return done === true ? controller.close() : controller.enqueue(value);
      },
    });
    const stream = zerobusWritableStream(READINGS_TABLE, connection);
    await source.pipeTo(stream);
    expect(stream.durableOffset).toBe(COUNT - 1);
    expect(await storedTemps(server)).toEqual(temps(COUNT));
  }, 60_000);

  it('ends behind a socket that is half open, and lets it answer', async () => {
    const { server, connection } = started;
    const listener = createServer({ allowHalfOpen: true }, async (socket) => {
      const lines = createInterface({ input: socket });
      const writable = zerobusWritable(READINGS_TABLE, connection);
      await pipeline(lines, writable);
      socket.end(`durable up to ${writable.durableOffset}`);
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const client = connect((listener.address() as AddressInfo).port, '127.0.0.1');
    // Ends its side, and still reads.
    client.end(
      `${readings(100)
        .map((each) => JSON.stringify(each))
        .join('\n')}\n`,
    );
    let answer = '';
    for await (const chunk of client) {
      answer += chunk;
    }
    listener.close();
    expect(answer).toBe('durable up to 99');
    expect(await storedTemps(server)).toEqual(temps(100));
  });
});
