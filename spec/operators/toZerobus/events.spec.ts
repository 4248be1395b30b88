import type { HeadersProvider } from '../../../lib/auth/headersProvider.ts';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import { nextTurn } from '../../support/promises.ts';
import { cut, failed, numbers, records, world } from '../../support/toZerobusWorld.ts';

/** Collects events as words: `10 retry 1 10`. */
function collector(): { readonly next: (event: ZerobusEvent) => void; readonly words: string[] } {
  const words: string[] = [];
  const next = ({ at, kind, ...details }: ZerobusEvent): void => {
    const values = Object.values(details).map((value) => (isZerobusError(value) ? value.code : value));
    words.push([at, kind, ...values].join(' '));
  };
  return { next, words };
}

describe('toZerobus: events', () => {
  it('reports connecting, opened, durable and closed', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = collector();
      expectObservable(operatorTo([server('-o-0|')], { events })(hot('a|', records))).toBe('---0|', numbers);
      flush();
      expect(events.words).toEqual(['0 connecting', '1 opened stream', '3 durable 0', '4 closed completed']);
    });
  });

  it('reports a broken connection with its reason, the wait, and what is sent again', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = collector();
      const operator = operatorTo([server('o---0-#', cut), server('o-2|')], { events });
      expectObservable(operator(hot('-abc----(d|)', records))).toBe('----0-- 9ms --3|', numbers);
      flush();
      expect(events.words).toEqual([
        '0 connecting',
        '0 opened stream',
        '4 durable 0',
        '6 broken UNAVAILABLE',
        '6 retry 1 10',
        '16 connecting',
        '16 opened stream',
        '16 replayed 2 2',
        '18 durable 3',
        '19 closed completed',
      ]);
    });
  });

  it('reports every attempt of a stream that keeps retrying, and the error that ends it', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = collector();
      const operator = operatorTo([server('o-#', cut), server('#', cut)], { events, recoveryRetries: 2 });
      expectObservable(operator(hot('a', records))).toBe('-- 10ms 20ms #', numbers, cut);
      flush();
      expect(events.words).toEqual([
        '0 connecting',
        '0 opened stream',
        '2 broken UNAVAILABLE',
        '2 retry 1 10',
        '12 connecting',
        '12 broken UNAVAILABLE',
        '12 retry 2 20',
        '32 connecting',
        '32 broken UNAVAILABLE',
        '32 closed failed UNAVAILABLE',
      ]);
    });
  });

  it('reports what is sent again once, after attempts that did not open', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = collector();
      const operator = operatorTo([server('o-#', cut), server('#', cut), server('o-0|')], { events });
      expectObservable(operator(hot('a|', records))).toBe('-- 10ms 20ms --0|', numbers);
      flush();
      expect(events.words.filter((words) => words.includes('replayed'))).toEqual(['32 replayed 1 1']);
    });
  });

  it('reports the announcement of a rotation, and the next connection', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = collector();
      const operator = operatorTo([server('o-s-0|'), server('o-0|')], { events });
      expectObservable(operator(hot('a-----(b|)', records))).toBe('----0--1|', numbers);
      flush();
      expect(events.words).toEqual([
        '0 connecting',
        '0 opened stream',
        '2 rotation 30',
        '4 durable 0',
        '5 connecting',
        '5 opened stream',
        '7 durable 1',
        '8 closed completed',
      ]);
    });
  });

  it('reports that refused headers were renewed', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = collector();
      const headersProvider: HeadersProvider = { getHeaders: () => ({}), invalidate: () => true };
      const refusal = failed('UNAUTHENTICATED', 'token expired');
      const operator = operatorTo([server('-#', refusal), server('o-0|')], { events, headersProvider });
      expectObservable(operator(hot('(a|)', records))).toBe('---0|', numbers);
      flush();
      expect(events.words).toEqual([
        '0 connecting',
        '1 broken UNAUTHENTICATED',
        '1 connecting',
        '1 tokenRenewed',
        '1 opened stream',
        '3 durable 0',
        '4 closed completed',
      ]);
    });
  });

  it('reports when the source should pause and may resume, before it is notified itself', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = collector();
      const backpressure = { next: (isPaused: boolean): void => void events.words.push(String(isPaused)) };
      const operator = operatorTo([server('o---01|')], { events, backpressure, maxInflightRecords: 4 });
      expectObservable(operator(hot('-ab|', records))).toBe('----01|', numbers);
      flush();
      expect(events.words).toEqual([
        '0 connecting',
        '0 opened stream',
        '2 paused',
        'true',
        '4 durable 0',
        '4 resumed',
        'false',
        '5 durable 1',
        '6 closed completed',
      ]);
    });
  });

  it('reports that it was unsubscribed from', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = collector();
      expectObservable(operatorTo([server('o')], { events })(hot('a', records)), '--!').toBe('---');
      flush();
      expect(events.words).toEqual(['0 connecting', '0 opened stream', '2 closed cancelled']);
    });
  });

  it('reports an overflow as the reason of the end, and the error names the ways out', () => {
    world(({ hot, server, operatorTo, flush }) => {
      const events = collector();
      let message = '';
      operatorTo([server('o')], { events, maxInflightRecords: 1 })(hot('-ab', records)).subscribe({
        error: (error) => {
          message = error.message;
        },
      });
      flush();
      expect(events.words.at(-1)).toBe('2 closed failed BUFFER_OVERFLOW');
      for (const wayOut of ['`backpressure`', '`ingest`', '`ndjson`']) {
        expect(message).toContain(wayOut);
      }
    });
  });

  it('never shows a record: neither those of an error, nor what the service quotes', () => {
    world(({ hot, server, operatorTo, flush }) => {
      const seen: ZerobusEvent[] = [];
      const events = { next: (event: ZerobusEvent): void => void seen.push(event) };
      const refusal = failed('INVALID_ARGUMENT', 'temp: expected INT, got "hush"', { unacked: ['hush'] });
      operatorTo([server('o-#', refusal)], { events })(hot('-a', { a: 'hush' })).subscribe({ error: () => {} });
      operatorTo([server('o-#', refusal)], { events })(hot('-a', { a: '{"t":"hush"}' })).subscribe({ error: () => {} });
      flush();
      const errors = seen.flatMap((event) => ('error' in event ? [event.error] : []));
      expect(errors.map(({ code }) => code)).toContain('INVALID_ARGUMENT');
      for (const { message, unacked, cause } of errors) {
        expect([message, ...unacked, cause].join()).not.toContain('hush');
      }
    });
  });

  it('is not harmed by an observer that throws, has no next, or returns a promise that rejects', async () => {
    const warnings = spyOn(process, 'emitWarning');
    const observers = [
      {
        next: (): void => {
          throw new Error('broken observer');
        },
      },
      {},
      { next: async (): Promise<void> => Promise.reject(new Error('broken observer')) },
    ];
    for (const events of observers) {
      world(({ hot, server, operatorTo, expectObservable }) => {
        expectObservable(
          operatorTo([server('o-0#', cut), server('o-0|')], { events, maxBatchRecords: 1 })(hot('(ab)-|', records)),
        ).toBe('--0 10ms --1|', numbers);
      });
    }
    await nextTurn();
    expect(warnings).toHaveBeenCalledTimes(2);
  });

  it('opens nothing more if the observer aborts the stream from within', () => {
    for (const kind of ['connecting', 'opened', 'broken', 'retry', 'durable'] as const) {
      world(({ hot, server, operatorTo, flush, expectObservable }) => {
        const controller = new AbortController();
        const abort = (event: ZerobusEvent): void => {
          if (event.kind === kind) {
            controller.abort(cut);
          }
        };
        const source = hot('(ab)', records);
        const operator = operatorTo([server('o-0#', failed('ABORTED', 'again'))], {
          events: { next: abort },
          signal: controller.signal,
          maxBatchRecords: 1,
        });
        const expected = { connecting: '#', opened: '#', broken: '--0#', retry: '--0#', durable: '--#' }[kind];
        expectObservable(operator(source)).toBe(expected, numbers, cut);
        flush();
        expect(operator.seen.filter((line) => line.includes('create')).length).toBeLessThanOrEqual(1);
      });
    }
  });
});
