import { Observable, of, type Subscriber } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { Overflow } from '../../../lib/stream/overflow.ts';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { type ToZerobusOptions, toZerobus } from '../../../operators/toZerobus.ts';
import { collectGarbage } from '../../support/collectGarbage.ts';
import { nextTurn } from '../../support/promises.ts';
import { thrownBy } from '../../support/thrownBy.ts';
import { cut, numbers, records, TABLE, world } from '../../support/toZerobusWorld.ts';

/** A service that answers nothing. */
const dead = { open: () => ({ write: () => true, halfClose: () => {}, cancel: () => {} }) };

/** Collects the reports of dropped values as words: `1 dropped 2: 0 to 1`. */
function dropsOf(): { readonly next: (event: ZerobusEvent) => void; readonly words: string[] } {
  const words: string[] = [];
  const next = (event: ZerobusEvent): void => {
    if (event.kind === 'dropped') {
      words.push(`${event.at} dropped ${event.count}: ${event.first} to ${event.last}`);
    } else if (event.kind === 'closed') {
      words.push(`${event.at} closed`);
    }
  };
  return { next, words };
}

describe('toZerobus: overflow', () => {
  it('drops what arrives while the limit is reached, and goes on behind it', () => {
    world(({ hot, server, operatorTo, flush, expectObservable, expectSubscriptions }) => {
      const events = dropsOf();
      const source = hot('-(abcd)------(e|)', records);
      const service = server('o------0-----1|');
      const operator = operatorTo([service], { overflow: 'dropNewest', maxInflightRecords: 2, events });
      expectObservable(operator(source)).toBe('-------3-----4|', numbers);
      expectSubscriptions(source.subscriptions).toBe('^------------!');
      expectSubscriptions(service.subscriptions).toBe('^-------------!');
      flush();
      expect(operator.seen.filter((line) => line.includes('batch'))).toEqual([
        '1 batch 0: {"id":"a"} {"id":"b"}',
        '13 batch 1: {"id":"e"}',
      ]);
      expect(events.words).toEqual(['1 dropped 2: 2 to 3', '14 closed']);
    });
  });

  it('drops the oldest that were not sent, and sends the newest', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = dropsOf();
      const source = hot('-a-b-(cd)-------|', records);
      const service = server('---------o--0---|');
      const operator = operatorTo([service], { overflow: 'dropOldest', maxInflightRecords: 2, events });
      expectObservable(operator(source)).toBe('-----1------3---|', numbers);
      flush();
      expect(operator.seen.filter((line) => line.includes('batch'))).toEqual(['9 batch 0: {"id":"c"} {"id":"d"}']);
      expect(events.words).toEqual(['5 dropped 2: 0 to 1', '16 closed']);
    });
  });

  it('never drops what was sent, on this connection or an earlier one', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const events = dropsOf();
      const source = hot('-a-b-c-- 10ms -d----------|', records);
      const servers = [server('o------#', cut), server('-----o---1---|')];
      const operator = operatorTo(servers, {
        overflow: 'dropOldest',
        maxInflightRecords: 2,
        maxBatchRecords: 1,
        events,
      });
      expectObservable(operator(source)).toBe('--------------------------3---|', numbers);
      flush();
      expect(operator.seen.filter((line) => line.includes('batch'))).toEqual([
        '1 batch 0: {"id":"a"}',
        '3 batch 1: {"id":"b"}',
        '22 batch 0: {"id":"a"}',
        '22 batch 1: {"id":"b"}',
      ]);
      expect(events.words).toEqual(['5 dropped 1: 2 to 2', '19 dropped 1: 3 to 3', '30 closed']);
    });
  });

  it('drops by bytes, too', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const source = hot('-(abcd)---|', records);
      const operator = operatorTo([server('--o-0-----|')], {
        overflow: 'dropOldest',
        maxInflightBytes: 24,
        events: {},
      });
      expectObservable(operator(source)).toBe('-1--3-----|', numbers);
      flush();
      expect(operator.seen.filter((line) => line.includes('batch'))).toEqual(['2 batch 0: {"id":"c"} {"id":"d"}']);
    });
  });

  it('hands back what was neither sent nor dropped', () => {
    world(({ hot, server, operatorTo, flush }) => {
      const errors: unknown[] = [];
      const operator = operatorTo([server('---#', cut)], {
        overflow: 'dropOldest',
        maxInflightRecords: 2,
        recovery: false,
        events: {},
      });
      operator(hot('-(abc)', records)).subscribe({
        error: ({ code, unacked }: ZerobusError) => errors.push(code, unacked),
      });
      flush();
      expect(errors).toEqual(['UNAVAILABLE', ['{"id":"b"}', '{"id":"c"}']]);
    });
  });

  it('drops the oldest of several streams', () => {
    world(({ hot, server, optionsFor, flush, expectObservable }) => {
      const events = dropsOf();
      const options = optionsFor([server('---o--0----|')], {
        streams: 2,
        maxBatchRecords: 1,
        overflow: 'dropOldest',
        maxInflightRecords: 2,
        random: () => 0,
        events,
      });
      expectObservable(hot('-(abcd|)', records).pipe(toZerobus(TABLE, options))).toBe('-(01)-(23)-|', numbers);
      flush();
      expect(events.words[0]).toBe('1 dropped 2: 0 to 1');
      const sent = options.transport.seen.filter((line) => line.includes('batch')).map((line) => line.slice(-10));
      expect(sent.sort()).toEqual(['c', 'd'].map((id) => `{"id":"${id}"}`));
    });
  });

  it('warns once if nothing listens to events', async () => {
    const warnings = spyOn(process, 'emitWarning');
    world(({ hot, server, operatorTo, flush }) => {
      const operator = operatorTo([server('o')], { overflow: 'dropNewest', maxInflightRecords: 1 });
      operator(hot('-abc-def', records)).subscribe({ error: () => {} });
      flush();
    });
    await nextTurn();
    expect(warnings.calls.allArgs()).toEqual([
      [
        'Values are dropped because the source is faster than the service. Pass the option events to be notified of each.',
        { type: 'ZerobusWarning', code: 'VALUES_DROPPED' } as never,
      ],
    ]);
  });

  it('ends in INTERNAL if the observer of the backpressure throws while values are dropped', () => {
    world(({ server, operatorTo, flush }) => {
      const broken = new Error('observer');
      const errors: unknown[] = [];
      const next = (isHigh: boolean): void => {
        if (!isHigh) {
          throw broken;
        }
      };
      const text = 'x'.repeat(100);
      const operator = operatorTo([server('----o')], {
        overflow: 'dropOldest',
        maxInflightBytes: 200,
        maxBatchRecords: 1,
        events: {},
        backpressure: { next },
      });
      // Room for the second record is made of the only one in flight.
      operator(of({ text: text + text }, { n: 2 }, { n: 3 })).subscribe({
        error: ({ code, cause }: ZerobusError) => errors.push(code, cause),
      });
      flush();
      expect(errors).toEqual(['INTERNAL', broken]);
    });
  });

  it('refuses another way at once', () => {
    const { code, message } = thrownBy(() =>
      toZerobus(TABLE, { overflow: 'drop' as Overflow, transport: dead }),
    ) as ZerobusError;
    expect([code, message]).toEqual([
      'INVALID_OPTIONS',
      "overflow must be 'error', 'dropOldest' or 'dropNewest', got drop.",
    ]);
  });

  describe('behind a service that answers nothing for hours', () => {
    const VALUES = 300_000;
    const MAX_GROWTH_BYTES = 8_000_000;

    for (const overflow of ['dropOldest', 'dropNewest'] as const) {
      for (const streams of [1, 3]) {
        it(`keeps memory bounded with ${overflow} and ${streams} of the streams`, async () => {
          let subscriber: Subscriber<object> | undefined;
          const source = new Observable<object>((each) => {
            subscriber = each;
          });
          let dropped = 0;
          const options: ToZerobusOptions<object> = {
            overflow,
            streams,
            maxInflightRecords: 100,
            events: {
              next: (event) => {
                dropped += event.kind === 'dropped' ? event.count : 0;
              },
            },
            transport: dead,
          };
          // Every third value has no record.
          const row = (value: object): object | undefined => ('blank' in value ? undefined : value);
          const subscription = source.pipe(throughZerobus(TABLE, { ...options, row })).subscribe();
          const emit = async (count: number): Promise<void> => {
            for (let n = 0; n < count; n++) {
              subscriber?.next(n % 3 === 0 ? { blank: n } : { n });
              if (n % 1000 === 999) {
                await nextTurn();
              }
            }
          };
          await emit(10_000);
          collectGarbage();
          const before = process.memoryUsage().heapUsed;
          await emit(VALUES);
          collectGarbage();
          // A place for each would take at least 8 bytes.
          expect(process.memoryUsage().heapUsed - before).toBeLessThan(Math.min(MAX_GROWTH_BYTES, 8 * VALUES));
          subscription.unsubscribe();
          expect(dropped).toBeGreaterThanOrEqual(VALUES);
        });
      }
    }
  });
});
