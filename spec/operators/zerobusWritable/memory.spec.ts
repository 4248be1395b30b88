import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Transport } from '../../../lib/transport/transport.ts';
import { zerobusWritable } from '../../../operators/zerobusWritable.ts';
import { zerobusWritableStream } from '../../../operators/zerobusWritableStream.ts';
import { ack, created } from '../../support/scriptedTransport.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';

const COUNT = 1_000_000;
/** The most that the heap may grow by, in bytes: less than three for each record. */
const MOST_BYTES = 3_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** A service that acknowledges each message in a turn of its own, and keeps nothing. */
const acknowledging: Transport = {
  open: (_headers, observer) => {
    let count = -1;
    return {
      write: () => {
        const offset = count++;
        setImmediate(() => observer.onMessage((offset === -1 ? created() : ack(offset)) as Uint8Array));
        return true;
      },
      halfClose: () => void setImmediate(() => observer.onEnd()),
      cancel: () => {},
    };
  },
};

/** Calls back with the size of the heap, in bytes, at a quarter and at the end of the records. */
function* records(onHeap: (bytes: number) => void): Generator<object> {
  for (let n = 0; n < COUNT; n++) {
    if (n === COUNT / 4 || n === COUNT - 1) {
      collectGarbage();
      onHeap(process.memoryUsage().heapUsed);
    }
    yield { device: 'd', n };
  }
}

describe('The memory of a stream that is written to', () => {
  for (const [name, write] of [
    [
      'zerobusWritable',
      (source: Iterable<object>) =>
        pipeline(Readable.from(source), zerobusWritable(TABLE, { transport: acknowledging })),
    ],
    [
      'zerobusWritable with a loop that waits for drain',
      async (source: Iterable<object>) => {
        const writable = zerobusWritable(TABLE, { transport: acknowledging });
        for (const record of source) {
          if (!writable.write(record)) {
            await once(writable, 'drain');
          }
        }
        writable.end();
        await once(writable, 'finish');
      },
    ],
    [
      'zerobusWritableStream',
      async (source: Iterable<object>) => {
        const writer = zerobusWritableStream(TABLE, { transport: acknowledging }).getWriter();
        for (const record of source) {
          await writer.ready;
          void writer.write(record);
        }
        await writer.close();
      },
    ],
  ] as const) {
    it(`stays the same over 1,000,000 records (${name})`, async () => {
      const heap: number[] = [];
      await write(records((bytes) => heap.push(bytes)));
      const [early = 0, late = 0] = heap;
      expect(heap).toHaveSize(2);
      expect(late - early).toBeLessThan(MOST_BYTES);
    }, 60_000);
  }
});
