import { NEVER, Subject } from 'rxjs';
import { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';
import { virtualWorld } from '../../support/virtualWorld.ts';

const notEncoded = { value: Number.NaN };

describe('An operator, from within a callback', () => {
  it('takes a value that the source emits while another is taken after that one', () => {
    const sent: unknown[] = [];
    const emitted: string[] = [];
    const { scheduler, options } = virtualWorld({
      onBatch: (connection, { physicalOffset, records }) => {
        sent.push(...records);
        scheduler.schedule(() => {
          connection.ack(physicalOffset);
          emitted.push('|');
        }, 5);
      },
    });
    const source = new Subject<string>();
    const row = (value: string): object => {
      if (value === 'a') {
        source.next('b');
      }
      return { value };
    };
    source
      .pipe(throughZerobus(TABLE, { ...options, maxBatchRecords: 1, row }))
      .subscribe((value) => emitted.push(value));
    source.next('a');
    scheduler.flush();
    expect(sent).toEqual(['{"value":"a"}', '{"value":"b"}']);
    expect(emitted).toEqual(['a', '|', 'b', '|']);
  });

  it('does not lose the value during which the source completes', () => {
    const log: string[] = [];
    const { scheduler, options } = virtualWorld({
      onBatch: (connection, { physicalOffset }) => connection.ack(physicalOffset),
    });
    const source = new Subject<string>();
    const row = (value: string): object => {
      source.complete();
      return { value };
    };
    source.pipe(throughZerobus(TABLE, { ...options, row })).subscribe({
      next: (value) => log.push(value),
      complete: () => log.push('complete'),
    });
    source.next('a');
    scheduler.flush();
    expect(log).toEqual(['a', 'complete']);
  });

  it('emits no lower watermark behind a higher one', () => {
    const watermarks: number[] = [];
    let hasEmitted = false;
    const source = new Subject<object>();
    const { scheduler, options } = virtualWorld({
      onBatch: (connection, { physicalOffset }) => void scheduler.schedule(() => connection.ack(physicalOffset), 1),
    });
    const events = {
      next: ({ kind }: ZerobusEvent): void => {
        if (kind === 'durable' && !hasEmitted) {
          hasEmitted = true;
          source.next(notEncoded);
        }
      },
    };
    source
      .pipe(toZerobus(TABLE, { ...options, events, rejected: () => undefined }))
      .subscribe((watermark) => watermarks.push(watermark));
    source.next({ id: 0 });
    scheduler.flush();
    expect(watermarks).toEqual([1]);
  });

  it('notifies the source of the latest backpressure only', () => {
    const notified: boolean[] = [];
    const source = new Subject<object>();
    const { scheduler, options, service } = virtualWorld();
    const events = {
      next: ({ kind }: ZerobusEvent): void => {
        if (kind === 'resumed') {
          source.next({ id: 2 });
          source.next({ id: 3 });
        }
      },
    };
    const backpressure = { next: (isPaused: boolean) => notified.push(isPaused) };
    source.pipe(toZerobus(TABLE, { ...options, events, backpressure, maxInflightRecords: 4 })).subscribe();
    source.next({ id: 0 });
    source.next({ id: 1 });
    scheduler.schedule(() => service.connections[0]?.ack(0), 10);
    scheduler.maxFrames = 20;
    scheduler.flush();
    expect(notified).toEqual([true]);
  });

  it('resumes the source by bytes while a rejected record holds the watermark', () => {
    const notified: boolean[] = [];
    const source = new Subject<object>();
    const { scheduler, options } = virtualWorld({
      onBatch: (connection, { physicalOffset }) => void scheduler.schedule(() => connection.ack(physicalOffset), 1),
    });
    const backpressure = { next: (isPaused: boolean) => notified.push(isPaused) };
    source
      .pipe(toZerobus(TABLE, { ...options, backpressure, maxInflightBytes: 100, rejected: () => NEVER }))
      .subscribe();
    source.next(notEncoded);
    source.next({ text: 'x'.repeat(60) });
    scheduler.maxFrames = 20;
    scheduler.flush();
    expect(notified).toEqual([true, false]);
  });
});

describe('The events of a stream', () => {
  it('end with its end, even if it is unsubscribed from within another', () => {
    const kinds: string[] = [];
    const source = new Subject<object>();
    const { scheduler, options, service } = virtualWorld();
    const events = {
      next: ({ kind }: ZerobusEvent): void => {
        kinds.push(kind);
        if (kind === 'broken') {
          subscription.unsubscribe();
        }
      },
    };
    const headersProvider = { getHeaders: () => ({ authorization: 'Bearer a' }), invalidate: () => true };
    const subscription = source.pipe(toZerobus(TABLE, { ...options, events, headersProvider })).subscribe();
    scheduler.schedule(() => service.connections[0]?.fail(new ZerobusError('UNAUTHENTICATED', 'no')), 10);
    scheduler.flush();
    expect(kinds).toEqual(['connecting', 'opened', 'broken', 'closed']);
  });

  it('end with its end, even if a rejected record has failed it', () => {
    const kinds: string[] = [];
    const source = new Subject<object>();
    const { scheduler, options } = virtualWorld({
      onBatch: (connection) => connection.fail(new ZerobusError('INVALID_ARGUMENT', 'no')),
    });
    const events = { next: ({ kind }: ZerobusEvent): number => kinds.push(kind) };
    const rejected = (): never => {
      throw new Error('The disk is full.');
    };
    source.pipe(toZerobus(TABLE, { ...options, events, rejected })).subscribe({ error: () => {} });
    source.next({ id: 0 });
    scheduler.flush();
    expect(kinds.at(-1)).toBe('closed');
  });

  it('have the last watermark, if the last record is rejected', () => {
    const offsets: unknown[] = [];
    const source = new Subject<object>();
    const { scheduler, options } = virtualWorld({
      onBatch: (connection) =>
        void scheduler.schedule(() => connection.fail(new ZerobusError('INVALID_ARGUMENT', 'no')), 1),
    });
    const events = {
      next: (event: ZerobusEvent): void => {
        if (event.kind === 'durable') {
          offsets.push(event.offset);
        }
      },
    };
    source.pipe(toZerobus(TABLE, { ...options, events, rejected: () => undefined })).subscribe();
    source.next({ id: 0 });
    source.complete();
    scheduler.flush();
    expect(offsets).toEqual([0]);
  });
});
