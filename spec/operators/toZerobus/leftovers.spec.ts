import { BehaviorSubject, finalize, NEVER, Subject, takeUntil, VirtualTimeScheduler } from 'rxjs';
import { partitionOf } from '../../../lib/stream/partition.ts';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import { pull } from '../../../operators/pull.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { type ToZerobusOptions, toZerobus } from '../../../operators/toZerobus.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';
import { virtualWorld } from '../../support/virtualWorld.ts';

/** Unsubscribes from within the first event of a kind, and returns the number of timers that are left. */
function timersLeft(kind: ZerobusEvent['kind'], more: ToZerobusOptions<object>): number {
  const { scheduler, options } = virtualWorld();
  const source = new Subject<object>();
  const events = {
    next: (event: ZerobusEvent): void => {
      if (event.kind === kind) {
        subscription.unsubscribe();
      }
    },
  };
  const subscription = source.pipe(toZerobus(TABLE, { ...options, ...more, events })).subscribe();
  source.next({ id: 0 });
  source.complete();
  scheduler.maxFrames = 50;
  scheduler.flush();
  return scheduler.actions.length;
}

describe('A stream that an observer of its events unsubscribes from', () => {
  it('does not wait for acks', () => {
    expect(timersLeft('opened', {})).toBe(0);
  });

  it('does not linger', () => {
    expect(timersLeft('paused', { maxInflightRecords: 2, lingerMs: 300 })).toBe(0);
  });

  it('does not drain, if it is one of several', () => {
    // Those of the second stream, so that the first one ends at once.
    const key = Array.from({ length: 100 }, (_, each) => each).find((each) => partitionOf(each, 2) === 1);
    expect(timersLeft('closed', { streams: 2, partitionBy: () => key })).toBe(0);
  });
});

describe('A value that is dropped from within the end of a stream', () => {
  it('leaves no timer for its report', () => {
    const { scheduler, options } = virtualWorld();
    const source = new Subject<object>();
    const seen: unknown[] = [];
    const events = {
      next: (event: ZerobusEvent): void => {
        if (event.kind === 'dropped') {
          seen.push(event.count);
        } else if (event.kind === 'closed') {
          source.next({ id: 2 });
        }
      },
    };
    const failing = { recovery: false, recoveryTimeoutMs: 30, headersProvider: { getHeaders: () => NEVER } };
    source
      .pipe(
        toZerobus(TABLE, { ...options, ...failing, overflow: 'dropNewest', maxInflightRecords: 1, events }),
        finalize(() => seen.push(scheduler.actions.length)),
      )
      .subscribe({ error: ({ code }) => seen.push(code) });
    source.next({ id: 0 });
    source.next({ id: 1 });
    scheduler.flush();
    expect(seen).toEqual([1, 'STREAM_CREATION_TIMEOUT', 0]);
  });
});

describe('A value that unsubscribes from within row', () => {
  it('is not rejected', () => {
    const rejected: unknown[] = [];
    const { options } = virtualWorld();
    const source = new Subject<string>();
    const row = (): object => {
      subscription.unsubscribe();
      throw new Error('It has no row.');
    };
    const subscription = source
      .pipe(throughZerobus(TABLE, { ...options, row, rejected: ({ value }) => void rejected.push(value) }))
      .subscribe();
    source.next('a');
    expect(rejected).toEqual([]);
  });
});

describe('pull, unsubscribed from within its first value', () => {
  it('takes no further turn', () => {
    const scheduler = new VirtualTimeScheduler();
    const paused$ = new BehaviorSubject(false);
    const stop$ = new Subject<void>();
    pull([1, 2, 3], paused$, scheduler)
      .pipe(takeUntil(stop$))
      .subscribe(() => {
        stop$.next();
        paused$.next(true);
      });
    expect(scheduler.actions.length).toBe(0);
  });
});
