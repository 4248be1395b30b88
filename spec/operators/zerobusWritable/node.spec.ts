import { once } from 'node:events';
import { finished, PassThrough, pipeline, Readable, type Writable } from 'node:stream';
import { pipeline as pipelineOf, finished as untilFinished } from 'node:stream/promises';
import { zerobusWritable } from '../../../operators/zerobusWritable.ts';
import { nextTurn } from '../../support/promises.ts';
import { ack } from '../../support/scriptedTransport.ts';
import { cut, TABLE } from '../../support/toZerobusWorld.ts';
import { batchesOf, closed, numbers, opened, payload, record, serve } from '../../support/writableWorld.ts';

describe('zerobusWritable', () => {
  it('finishes when every record is durable, and not before', async () => {
    const { service, writable, log, write } = await opened();
    write(0, 1);
    await nextTurn();
    writable.end(record(2), () => log.push('ended'));
    await nextTurn();
    expect(batchesOf(service)).toEqual(['{"n":0} {"n":1}', '{"n":2}']);
    service.send(ack(0));
    await nextTurn();
    expect(log).toEqual(['written 0', 'written 1', 'durable 1']);
    service.send(ack(1));
    service.end();
    await closed(writable);
    expect(log.slice(3).sort()).toEqual(['close', 'durable 2', 'ended', 'finish']);
    expect([writable.durableOffset, writable.unacked]).toEqual([2, []]);
  });

  it('calls the callback of a write when there is room, and buffers up to highWaterMark meanwhile', async () => {
    const { service, writable, log, write } = await opened({ maxInflightRecords: 4, highWaterMark: 3 });
    expect(write(0, 1)).toEqual([true, true]);
    await nextTurn();
    // Half of the limit is in flight: the second write waits.
    expect(log).toEqual(['written 0']);
    expect(write(2, 3, 4)).toEqual([true, false, false]);
    expect([writable.writableLength, writable.writableNeedDrain]).toEqual([4, true]);
    await nextTurn();
    expect(batchesOf(service)).toEqual(['{"n":0} {"n":1}']);
    service.send(ack(0));
    await nextTurn();
    // Two of the three that waited.
    expect(log).toEqual(['written 0', 'written 1', 'durable 1']);
    expect(batchesOf(service)).toEqual(['{"n":0} {"n":1}', '{"n":2} {"n":3}']);
    service.send(ack(1));
    await nextTurn();
    expect(log.slice(3).sort()).toEqual(['drain', 'durable 3', 'written 2', 'written 3', 'written 4']);
    writable.destroy();
    await closed(writable);
  });

  it('takes what was corked in one turn, as one batch', async () => {
    const { service, writable, log, write } = await opened();
    writable.cork();
    write(...numbers(0, 4));
    await nextTurn();
    expect([batchesOf(service), log]).toEqual([[], []]);
    writable.uncork();
    await nextTurn();
    expect(batchesOf(service)).toEqual([numbers(0, 4).map(payload).join(' ')]);
    expect(log).toEqual(numbers(0, 4).map((n) => `written ${n}`));
    // end() uncorks, too.
    writable.cork();
    write(5);
    writable.end();
    await nextTurn();
    expect(batchesOf(service).at(-1)).toBe(payload(5));
    service.send(ack(1));
    service.end();
    await once(writable, 'finish');
  });

  it('finishes without data', async () => {
    const { service, writable, log } = await opened();
    writable.end();
    await nextTurn();
    service.end();
    await closed(writable);
    expect(log).toEqual(['finish', 'close']);
  });

  it('refuses a write after the end, a chunk that is null, and a name of an option that is not known', async () => {
    const { service, writable, log, write } = await opened();
    expect(() => writable.write(null)).toThrowError(/null/);
    writable.end();
    write(1);
    await nextTurn();
    expect(log).toEqual(['failed 1', 'error write after end', 'close']);
    expect(batchesOf(service)).toEqual([]);
    expect(() => zerobusWritable(TABLE, { backpressure: {} } as never)).toThrowError(/zerobusWritable has no option/);
    expect(() => zerobusWritable(TABLE, { transport: service.transport, highWaterMark: 0 })).toThrowError(
      'highWaterMark must be an integer of at least 1, got 0.',
    );
  });

  describe('in a pipeline', () => {
    it('resolves when everything is durable', async () => {
      const { service, writable } = await opened();
      const done = pipelineOf(Readable.from(numbers(0, 99).map(record)), writable);
      await serve(service);
      await done;
      expect(batchesOf(service).join(' ')).toBe(numbers(0, 99).map(payload).join(' '));
    });

    it('is destroyed if the source fails, and hands back what is not durable', async () => {
      const { writable } = await opened();
      const source = Readable.from(
        (function* (): Generator<object> {
          yield record(0);
          yield record(1);
          throw new Error('the file is gone');
        })(),
      );
      await expectAsync(pipelineOf(source, writable)).toBeRejectedWithError('the file is gone');
      expect(writable.destroyed).toBeTrue();
      expect(writable.unacked).toEqual([payload(0), payload(1)]);
    });

    it('destroys the source if the service fails', async () => {
      const { service, writable } = await opened();
      const source = new PassThrough({ objectMode: true });
      source.write(record(0));
      const done = new Promise<unknown>((resolve) => pipeline(source, writable, resolve));
      await nextTurn();
      service.fail(cut);
      expect(await done).toEqual(jasmine.objectContaining({ code: 'UNAVAILABLE', unacked: [payload(0)] }));
      expect(source.destroyed).toBeTrue();
    });

    it('is aborted by a signal', async () => {
      const { writable } = await opened();
      const controller = new AbortController();
      const source = new PassThrough({ objectMode: true });
      source.write(record(0));
      const done = pipelineOf(source, writable, { signal: controller.signal });
      await nextTurn();
      controller.abort();
      await expectAsync(done).toBeRejectedWith(jasmine.objectContaining({ name: 'AbortError' }));
      expect(writable.unacked).toEqual([payload(0)]);
    });
  });

  it('takes what a readable pipes into it, and pauses it', async () => {
    const { service, writable, log } = await opened({ maxInflightRecords: 4, highWaterMark: 1 });
    const source = Readable.from(numbers(0, 49).map(record));
    source.pipe(writable);
    await nextTurn();
    await nextTurn();
    expect(source.isPaused()).toBeTrue();
    await serve(service);
    await once(writable, 'finish');
    expect(batchesOf(service).join(' ')).toBe(numbers(0, 49).map(payload).join(' '));
    expect(log[0]).toBe('pipe');
  });

  it('tells finished() how it ended', async () => {
    const outcome = (writable: Writable): Promise<unknown> => new Promise((resolve) => finished(writable, resolve));
    const good = await opened();
    const goodEnd = outcome(good.writable);
    good.writable.end();
    await nextTurn();
    good.service.end();
    expect(await goodEnd).toBeUndefined();
    const broken = await opened();
    const brokenEnd = outcome(broken.writable);
    broken.write(0);
    await nextTurn();
    broken.service.fail(cut);
    expect(await brokenEnd).toEqual(jasmine.objectContaining({ code: 'UNAVAILABLE' }));
    const destroyed = await opened();
    const destroyedEnd = untilFinished(destroyed.writable);
    destroyed.writable.destroy();
    await expectAsync(destroyedEnd).toBeRejectedWith(jasmine.objectContaining({ code: 'ERR_STREAM_PREMATURE_CLOSE' }));
  });
});
