import { once } from 'node:events';
import { addAbortSignal, finished, PassThrough, pipeline, Readable, type Writable } from 'node:stream';
import { pipeline as pipelineOf, finished as untilFinished } from 'node:stream/promises';
import { EMPTY, NEVER } from 'rxjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { ZerobusWritable } from '../../../lib/sinks/zerobusWritable.ts';
import { type ZerobusWritableOptions, zerobusWritable } from '../../../operators/zerobusWritable.ts';
import { nextTurn } from '../../support/promises.ts';
import { ScriptedService } from '../../support/scriptedService.ts';
import { ack, created } from '../../support/scriptedTransport.ts';
import { cut, failed, TABLE } from '../../support/toZerobusWorld.ts';

const record = (n: number): object => ({ n });
const payload = (n: number): string => `{"n":${n}}`;
const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

interface Open {
  readonly service: ScriptedService;
  readonly writable: ZerobusWritable;
  /** The events of the stream, in order, and the callbacks of the writes that {@link write} made. */
  readonly log: string[];
  write(...ns: readonly number[]): boolean[];
}

/** A stream whose service has created it. */
async function opened(options: ZerobusWritableOptions = {}): Promise<Open> {
  const service = new ScriptedService();
  const writable = zerobusWritable(TABLE, { recovery: false, ...options, transport: service.transport });
  const log: string[] = [];
  for (const event of ['drain', 'finish', 'close', 'pipe', 'unpipe'] as const) {
    writable.on(event, () => log.push(event));
  }
  writable.on('error', (error) => log.push(`error ${isZerobusError(error) ? error.code : error.message}`));
  writable.on('durable', (offset: number) => log.push(`durable ${offset}`));
  await nextTurn();
  service.send(created());
  return {
    service,
    writable,
    log,
    write: (...ns) =>
      ns.map((n) => writable.write(record(n), (error) => log.push(error ? `failed ${n}` : `written ${n}`))),
  };
}

/** Waits until a stream is closed, with or without an error. */
const closed = (writable: Writable): Promise<void> => new Promise((resolve) => writable.once('close', resolve));

/** Acknowledges every batch as it comes, until the client has ended its side. */
async function serve(service: ScriptedService): Promise<void> {
  for (let acknowledged = 0; !service.seen.some((line) => line.includes('half-close')); ) {
    if (batchesOf(service).length > acknowledged) {
      service.send(ack(acknowledged++));
    }
    await nextTurn();
  }
  service.end();
}

/** The records that a service got, batch by batch. */
const batchesOf = ({ seen }: ScriptedService): string[] =>
  seen.filter((line) => line.includes('batch')).map((line) => line.replace(/^.*batch \d+: /, ''));

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

  describe('when the service fails', () => {
    it('is destroyed with the error, which hands back everything that was written', async () => {
      const { service, writable, log, write } = await opened({ maxInflightRecords: 4 });
      write(...numbers(0, 9));
      await nextTurn();
      service.fail(cut);
      const [error] = await once(writable, 'error');
      expect(error.code).toBe('UNAVAILABLE');
      // Those that wait in the stream, too.
      expect(error.unacked).toEqual(numbers(0, 9).map(payload));
      expect(writable.unacked).toEqual(error.unacked);
      await nextTurn();
      expect(log.filter((each) => each.startsWith('failed'))).toHaveSize(9);
      expect(log.at(-1)).toBe('close');
      expect(writable.destroyed).toBeTrue();
    });

    it('fails an end that waits', async () => {
      const { service, writable, log, write } = await opened();
      write(0);
      writable.end((error?: Error | null) => log.push(`ended with ${(error as { code?: string })?.code}`));
      await nextTurn();
      service.fail(cut);
      await closed(writable);
      expect(log).toEqual(['written 0', 'ended with UNAVAILABLE', 'error UNAVAILABLE', 'close']);
      expect(writable.unacked).toEqual([payload(0)]);
    });

    it('before it has opened', async () => {
      const service = new ScriptedService();
      const writable = zerobusWritable(TABLE, { recovery: false, transport: service.transport });
      writable.write(record(0));
      await nextTurn();
      service.fail(failed('PERMISSION_DENIED', 'no grant'));
      const [error] = await once(writable, 'error');
      expect([error.code, error.unacked]).toEqual(['PERMISSION_DENIED', [payload(0)]]);
    });
  });

  describe('with a record that cannot be sent', () => {
    it('makes those before it durable, then fails with its offset, and hands back the rest', async () => {
      const { service, writable, log, write } = await opened();
      write(0, 1);
      writable.write({ n: Number.NaN });
      write(3, 4);
      await nextTurn();
      expect(log).toEqual(['written 0', 'written 1']);
      service.send(ack(0));
      service.end();
      const [error] = await once(writable, 'error');
      expect([error.code, error.offset, error.unacked]).toEqual(['INVALID_RECORD', 2, [payload(3), payload(4)]]);
      expect(log).toContain('durable 1');
    });

    it('goes on if `rejected` takes it in', async () => {
      const rejections: unknown[] = [];
      const { service, writable, log, write } = await opened({
        rejected: ({ value, offset, error }) => {
          rejections.push([value, offset, error.code]);
          return EMPTY;
        },
      });
      write(0);
      const bad = { n: Number.NaN };
      writable.write(bad);
      write(2);
      writable.end();
      await nextTurn();
      expect(rejections).toEqual([[bad, 1, 'INVALID_RECORD']]);
      await serve(service);
      await once(writable, 'finish');
      expect(log).toContain('durable 2');
    });

    it('fails if too many are rejected, within a batch of writes', async () => {
      const { writable } = await opened({ rejected: () => NEVER, maxRejectionsInARow: 1 });
      writable.cork();
      writable.write(record(0));
      for (let n = 0; n < 3; n++) {
        writable.write({ n: Number.NaN });
      }
      writable.write(record(4));
      writable.uncork();
      const [error] = await once(writable, 'error');
      expect([error.code, error.unacked]).toEqual(['TOO_MANY_REJECTIONS', [payload(0), payload(4)]]);
    });
  });

  describe('when it is destroyed', () => {
    it('cancels the call, and hands back everything without an error', async () => {
      const { service, writable, log, write } = await opened({ maxInflightRecords: 4 });
      write(...numbers(0, 5));
      await nextTurn();
      writable.destroy();
      expect(writable.unacked).toEqual(numbers(0, 5).map(payload));
      await closed(writable);
      expect(service.seen.at(-1)).toContain('cancel');
      expect(log).toEqual(['written 0', ...numbers(1, 5).map((n) => `failed ${n}`), 'close']);
      expect(service.timerCount).toBe(0);
    });

    it('hands back what is not durable if it is destroyed with an error of the user', async () => {
      const { service, writable, log, write } = await opened();
      write(0);
      await nextTurn();
      write(1);
      await nextTurn();
      service.send(ack(0));
      writable.destroy(new Error('enough'));
      await closed(writable);
      expect(log).toEqual(['written 0', 'written 1', 'durable 0', 'error enough', 'close']);
      expect(writable.unacked).toEqual([payload(1)]);
    });

    it('hands back its own records if the error has those of another stream', async () => {
      const { writable, write } = await opened();
      write(0);
      writable.destroy(failed('UNAVAILABLE', 'another stream', { unacked: ['{"other":1}'] }));
      await closed(writable);
      expect(writable.unacked).toEqual([payload(0)]);
    });

    it('hands back a record that was refused, while those before it are on their way', async () => {
      const { writable, write } = await opened();
      write(0);
      const large = { text: 'x'.repeat(11_000_000) };
      writable.write(large, () => {});
      write(2);
      await nextTurn();
      writable.destroy();
      await closed(writable);
      expect(writable.unacked).toEqual([payload(0), JSON.stringify(large), payload(2)]);
    });

    it('before it has opened', async () => {
      const service = new ScriptedService();
      const writable = zerobusWritable(TABLE, { transport: service.transport });
      writable.write(record(0), () => {});
      writable.destroy();
      await closed(writable);
      expect(writable.unacked).toEqual([payload(0)]);
    });
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

  describe('with a signal', () => {
    it('ends with its reason if it is the option, and hands back', async () => {
      const controller = new AbortController();
      const { service, writable, log, write } = await opened({ signal: controller.signal });
      write(0);
      await nextTurn();
      const reason = new Error('shutting down');
      controller.abort(reason);
      await closed(writable);
      expect(log).toEqual(['written 0', 'error shutting down', 'close']);
      expect(writable.errored).toBe(reason);
      expect(writable.unacked).toEqual([payload(0)]);
      expect(service.seen.at(-1)).toContain('cancel');
    });

    it('that has aborted already, or with a reason that is not an error', async () => {
      const service = new ScriptedService();
      const writable = zerobusWritable(TABLE, { transport: service.transport, signal: AbortSignal.abort('stop') });
      const [error] = await once(writable, 'error');
      expect([error.code, error.cause, error.unacked]).toEqual(['CANCELLED', 'stop', []]);
      expect(service.connectionCount).toBe(0);
    });

    it('of Node.js', async () => {
      const controller = new AbortController();
      const { writable, log, write } = await opened();
      addAbortSignal(controller.signal, writable);
      write(0);
      controller.abort();
      await nextTurn();
      expect(log.slice(1)).toEqual(['error The operation was aborted', 'close']);
      expect(writable.unacked).toEqual([payload(0)]);
    });
  });
});
