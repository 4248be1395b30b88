import { ReadableStream, type WritableStreamDefaultWriter } from 'node:stream/web';
import { NEVER } from 'rxjs';
import type { ZerobusWritableStream } from '../../../lib/sinks/zerobusWritableStream.ts';
import type { ZerobusWritableOptions } from '../../../operators/zerobusWritable.ts';
import { zerobusWritableStream } from '../../../operators/zerobusWritableStream.ts';
import { isSettled, nextTurn, rejectionOf } from '../../support/promises.ts';
import { ScriptedService } from '../../support/scriptedService.ts';
import { ack, created } from '../../support/scriptedTransport.ts';
import { cut, TABLE } from '../../support/toZerobusWorld.ts';
import { batchesOf, payload, record, serve } from '../../support/writableWorld.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

interface Open {
  readonly service: ScriptedService;
  readonly stream: ZerobusWritableStream;
}

async function opened(options: ZerobusWritableOptions = {}): Promise<Open> {
  const service = new ScriptedService();
  const stream = zerobusWritableStream(TABLE, { recovery: false, ...options, transport: service.transport });
  await nextTurn();
  service.send(created());
  return { service, stream };
}

/** Writes records without waiting, and returns what became of each. */
function writeAll(writer: WritableStreamDefaultWriter, count: number): Promise<PromiseSettledResult<void>[]> {
  return Promise.allSettled(numbers(count).map((n) => writer.write(record(n))));
}

/** A source of records that fails behind the last. */
const failing = (count: number, error: Error): ReadableStream<object> => {
  let n = 0;
  return new ReadableStream({
    pull: (controller) => (n === count ? controller.error(error) : controller.enqueue(record(n++))),
  });
};

describe('zerobusWritableStream', () => {
  it('closes when every record is durable, and not before', async () => {
    const { service, stream } = await opened();
    const writer = stream.getWriter();
    await writer.write(record(0));
    const isClosed = writer.close();
    await nextTurn();
    expect(batchesOf(service)).toEqual([payload(0)]);
    expect(await isSettled(isClosed)).toBeFalse();
    service.send(ack(0));
    service.end();
    await isClosed;
    expect([stream.durableOffset, stream.unacked]).toEqual([0, []]);
  });

  it('sends what is written in one turn of the event loop as one batch', async () => {
    // A slice of time would end on a machine that is busy, and the event loop would get its turn.
    spyOn(performance, 'now').and.returnValue(0);
    const { service, stream } = await opened();
    const writer = stream.getWriter();
    for (const n of numbers(10)) {
      await writer.ready;
      await writer.write(record(n));
    }
    await nextTurn();
    expect(batchesOf(service)).toEqual([numbers(10).map(payload).join(' ')]);
    await writer.abort();
  });

  it('gives the event loop its turns while a source never waits', async () => {
    const { stream } = await opened();
    const writer = stream.getWriter();
    let turns = 0;
    const count = (): void => {
      turns++;
      turn = setImmediate(count);
    };
    let turn = setImmediate(count);
    for (const n of numbers(70_000)) {
      await writer.ready;
      void writer.write(record(n)).catch(() => {});
    }
    clearImmediate(turn);
    expect(turns).toBeGreaterThan(0);
    await writer.abort();
  });

  it('closes without a record', async () => {
    const { service, stream } = await opened();
    const isClosed = stream.close();
    await nextTurn();
    service.end();
    await isClosed;
    expect(stream.durableOffset).toBe(-1);
  });

  it('has a desiredSize that falls to 0 while there is no room, and a write that waits for it', async () => {
    const { service, stream } = await opened({ maxInflightRecords: 4, highWaterMark: 3 });
    const writer = stream.getWriter();
    expect(writer.desiredSize).toBe(3);
    await writer.write(record(0));
    const waiting = writer.write(record(1));
    const others = [writer.write(record(2)), writer.write(record(3))];
    expect(writer.desiredSize).toBe(0);
    expect(await isSettled(waiting)).toBeFalse();
    expect(await isSettled(writer.ready)).toBeFalse();
    expect(batchesOf(service).join(' ')).toBe(numbers(2).map(payload).join(' '));
    const sent = batchesOf(service).length;
    service.send(ack(sent - 1));
    await waiting;
    await writer.ready;
    const isClosed = writer.close();
    await serve(service, sent);
    await Promise.all([...others, isClosed]);
  });

  it('fails with everything that was written, also what waits in the stream', async () => {
    const { service, stream } = await opened({ maxInflightRecords: 4, highWaterMark: 100 });
    const writer = stream.getWriter();
    const written = writeAll(writer, 10);
    await nextTurn();
    service.fail(cut);
    const error = await rejectionOf(writer.closed);
    expect([error.code, error.unacked]).toEqual(['UNAVAILABLE', numbers(10).map(payload)]);
    expect(stream.unacked).toEqual(error.unacked);
    expect((await written).map(({ status }) => status)).toEqual([
      'fulfilled',
      ...numbers(9).map(() => 'rejected' as const),
    ]);
  });

  it('fails at a record that cannot be sent, once those before it are durable', async () => {
    const { service, stream } = await opened({ highWaterMark: 100 });
    const writer = stream.getWriter();
    const written = Promise.allSettled([record(0), { n: Number.NaN }, record(2)].map((each) => writer.write(each)));
    await nextTurn();
    service.send(ack(0));
    service.end();
    const error = await rejectionOf(writer.closed);
    expect([error.code, error.offset, error.unacked]).toEqual(['INVALID_RECORD', 1, [payload(2)]]);
    expect((await written).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(stream.durableOffset).toBe(0);
  });

  it('fails within a write if too many records are rejected', async () => {
    const { stream } = await opened({ rejected: () => NEVER, maxRejectionsInARow: 1 });
    const writer = stream.getWriter();
    const written = Promise.allSettled([1, 2, 3].map(() => writer.write({ n: Number.NaN })));
    expect((await rejectionOf(writer.closed)).code).toBe('TOO_MANY_REJECTIONS');
    await written;
  });

  it('cancels everything when it is aborted, even while a write waits, and hands back', async () => {
    const { service, stream } = await opened({ maxInflightRecords: 2, highWaterMark: 100 });
    const writer = stream.getWriter();
    const written = writeAll(writer, 5);
    await nextTurn();
    const reason = new Error('enough');
    await writer.abort(reason);
    expect(service.seen.at(-1)).toContain('cancel');
    expect(stream.unacked).toEqual(numbers(5).map(payload));
    await expectAsync(writer.closed).toBeRejectedWith(reason);
    expect((await written).at(-1)).toEqual({ status: 'rejected', reason });
  });

  it('is aborted while it closes', async () => {
    const { service, stream } = await opened();
    const writer = stream.getWriter();
    await writer.write(record(0));
    const isClosed = writer.close();
    await nextTurn();
    await Promise.allSettled([writer.abort('enough'), isClosed, writer.closed]);
    expect(service.seen.at(-1)).toContain('cancel');
    expect(stream.unacked).toEqual([payload(0)]);
  });

  it('is piped into, and closes behind the last', async () => {
    const { service, stream } = await opened({ maxInflightRecords: 10 });
    let n = 0;
    const source = new ReadableStream<object>({
      pull: (controller) => (n === 100 ? controller.close() : controller.enqueue(record(n++))),
    });
    const done = source.pipeTo(stream);
    await serve(service);
    await done;
    expect(batchesOf(service).join(' ')).toBe(numbers(100).map(payload).join(' '));
  });

  it('is aborted if its source fails, or by the signal of pipeTo', async () => {
    const broken = new Error('the file is gone');
    const first = await opened();
    await expectAsync(failing(2, broken).pipeTo(first.stream)).toBeRejectedWith(broken);
    expect(first.stream.unacked).toEqual([payload(0), payload(1)]);

    const second = await opened();
    const controller = new AbortController();
    const source = new ReadableStream<object>({ start: (each) => each.enqueue(record(0)) });
    const done = source.pipeTo(second.stream, { signal: controller.signal });
    await nextTurn();
    controller.abort(broken);
    await expectAsync(done).toBeRejectedWith(broken);
    expect(second.stream.unacked).toEqual([payload(0)]);
  });

  it('ends with the reason of the option `signal`', async () => {
    const controller = new AbortController();
    const { stream } = await opened({ signal: controller.signal });
    const writer = stream.getWriter();
    await writer.write(record(0));
    const reason = new Error('shutting down');
    controller.abort(reason);
    await expectAsync(writer.closed).toBeRejectedWith(reason);
    expect(stream.unacked).toEqual([payload(0)]);
    const aborted = zerobusWritableStream(TABLE, {
      signal: controller.signal,
      transport: new ScriptedService().transport,
    });
    await expectAsync(aborted.getWriter().closed).toBeRejectedWith(reason);
  });
});
