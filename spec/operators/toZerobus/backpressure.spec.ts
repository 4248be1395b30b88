import { type Observable, of, retry, Subject } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { cut, failed, numbers, records, world } from '../../support/toZerobusWorld.ts';

/** The notifications of a diagram: t rises, f falls. */
const levels = { t: true, f: false };

describe('toZerobus: backpressure', () => {
  it('rises when half of maxInflightRecords is in flight, and falls at a quarter', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const backpressure = new Subject<boolean>();
      const source = hot('    -abcd--------(e|)', records);
      const service = server('o--------01--23-4|');
      const changes = '       ----t-----f';
      const result = '        ---------01--23-4|';
      const operator = operatorTo([service], { maxInflightRecords: 8, backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source)).toBe(result, numbers);
      expectSubscriptions(source.subscriptions).toBe('^------------!');
    });
  });

  it('rises when half of maxInflightBytes is in flight, and falls at a quarter', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const backpressure = new Subject<boolean>();
      const source = hot('    -a--b-----(c|)', records);
      const service = server('o---------0-1-2|');
      const changes = '       ----t-------f';
      const result = '        ----------0-1-2|';
      const operator = operatorTo([service], { maxInflightBytes: 48, backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source)).toBe(result, numbers);
    });
  });

  it('rises when 1 MiB waits for the connection, and falls when the connection takes it', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const backpressure = new Subject<boolean>();
      const source = hot('    -(x|)', { x: { text: 'x'.repeat(1024 * 1024) } });
      const service = server('----o---0|');
      const changes = '       -t--f';
      const result = '        --------0|';
      const operator = operatorTo([service], { backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source)).toBe(result, numbers);
    });
  });

  it('rises again after it has fallen', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const backpressure = new Subject<boolean>();
      const source = hot('    -(ab)---(cd|)', records);
      const service = server('o---0-------1-|');
      const changes = '       -t--f---t---f';
      const result = '        ----1-------3-|';
      const operator = operatorTo([service], { maxInflightRecords: 4, backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source)).toBe(result, numbers);
    });
  });

  it('stays silent below the bounds, on an empty source and on a source that never emits', () => {
    for (const [source, service, result] of [
      ['-a--b--c|', 'o-0--1--2-|', '--0--1--2-|'],
      ['|', '----o', '|'],
      ['-', 'o', '-'],
    ] as const) {
      world(({ cold, server, operatorTo, expectObservable }) => {
        const backpressure = new Subject<boolean>();
        const operator = operatorTo([server(service)], { maxInflightRecords: 4, backpressure });
        expectObservable(backpressure).toBe('');
        expectObservable(operator(cold(source, records))).toBe(result, numbers);
      });
    }
  });

  it('falls while the stream drains, and does not complete the observer', () => {
    world(({ cold, server, operatorTo, expectObservable }) => {
      const backpressure = new Subject<boolean>();
      const source = cold('   (ab|)', records);
      const service = server('o--01-|');
      const changes = '       t--f---';
      const result = '        ---01-|';
      const operator = operatorTo([service], { maxInflightRecords: 4, maxBatchRecords: 1, backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source)).toBe(result, numbers);
    });
  });

  it('stays high while a broken connection is replaced', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const backpressure = new Subject<boolean>();
      const source = hot('          -(ab|)', records);
      const first = server('        o--#', cut);
      const second = server('                 o-0|');
      const firstConnection = '     ^--!';
      const secondConnection = '    --- 10ms ^--!';
      const changes = '             -t- 10ms --f';
      const result = '              --- 10ms --1|';
      const operator = operatorTo([first, second], { maxInflightRecords: 4, backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source)).toBe(result, numbers);
      expectSubscriptions(first.subscriptions).toBe(firstConnection);
      expectSubscriptions(second.subscriptions).toBe(secondConnection);
    });
  });

  it('falls when the operator is subscribed to again, after a stream that has ended while it was high', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const backpressure = new Subject<boolean>();
      const source = hot('       -(ab)----c|', records);
      const first = server('     o--#', cut);
      const second = server('       o-------0-|');
      const firstConnection = '  ^--!';
      const secondConnection = ' ---^---------!';
      const changes = '          -t-f';
      const result = '           -----------0-|';
      const operator = operatorTo([first, second], { maxInflightRecords: 4, recovery: false, backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source).pipe(retry(1))).toBe(result, numbers);
      expectSubscriptions(first.subscriptions).toBe(firstConnection);
      expectSubscriptions(second.subscriptions).toBe(secondConnection);
    });
  });

  it('does not change after unsubscription', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const backpressure = new Subject<boolean>();
      const source = hot('    -(ab)--cdef', records);
      const service = server('o-----0---');
      const subscription = '  ^----!';
      const changes = '       -t--------';
      const result = '        ------';
      const operator = operatorTo([service], { maxInflightRecords: 4, backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source), subscription).toBe(result);
      expectSubscriptions(source.subscriptions).toBe(subscription);
      expectSubscriptions(service.subscriptions).toBe(subscription);
    });
  });

  it('does not change after an error', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const denied = failed('PERMISSION_DENIED', 'no');
      const backpressure = new Subject<boolean>();
      const source = hot('    -(ab)--cdef', records);
      const service = server('o---#', denied);
      const subscription = '  ^---!';
      const changes = '       -t---------';
      const result = '        ----#';
      const operator = operatorTo([service], { maxInflightRecords: 4, backpressure });
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(operator(source)).toBe(result, numbers, denied);
      expectSubscriptions(source.subscriptions).toBe(subscription);
    });
  });

  it('still ends in BUFFER_OVERFLOW if the source does not stop', () => {
    world(({ server, operatorTo, flush }) => {
      const notifications: unknown[] = [];
      const operator = operatorTo([server('o')], {
        maxInflightRecords: 2,
        backpressure: { next: (isHigh) => notifications.push(isHigh) },
      });
      operator(of({ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 })).subscribe({
        error: ({ code }: ZerobusError) => notifications.push(code),
      });
      flush();
      expect(notifications).toEqual([true, 'BUFFER_OVERFLOW']);
    });
  });

  it('notifies in order an observer that adds records from within', () => {
    world(({ server, operatorTo, flush }) => {
      const source = new Subject<object>();
      const notifications: boolean[] = [];
      const operator = operatorTo([server('o-0-1-2')], {
        maxInflightRecords: 4,
        backpressure: {
          next: (isHigh) => {
            notifications.push(isHigh);
            if (!isHigh && notifications.length < 5) {
              source.next({ n: 3 });
              source.next({ n: 4 });
            }
          },
        },
      });
      const offsets: number[] = [];
      operator(source).subscribe((offset) => offsets.push(offset));
      source.next({ n: 1 });
      source.next({ n: 2 });
      flush();
      expect(notifications).toEqual([true, false, true, false, true, false]);
      expect(offsets).toEqual([1, 3, 5]);
    });
  });

  it('belongs to one subscription', () => {
    world(({ cold, server, operatorTo, expectObservable }) => {
      const backpressure = new Subject<boolean>();
      const source = cold('   -(ab|)', records);
      const first = server('  o-----0|');
      const second = server(' o--------0|');
      const changes = '       -(tt)-f--f';
      const firstResult = '   ------1|';
      const secondResult = '  ---------1|';
      const result$ = operatorTo([first, second], { maxInflightRecords: 4, backpressure })(source);
      expectObservable(backpressure).toBe(changes, levels);
      expectObservable(result$).toBe(firstResult, numbers);
      expectObservable(result$).toBe(secondResult, numbers);
    });
  });

  it('takes an observer without next', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const operator = operatorTo([server('o--0|')], { maxInflightRecords: 4, backpressure: {} });
      expectObservable(operator(hot('-(ab|)', records))).toBe('---1|', numbers);
    });
  });

  describe('with an observer that throws', () => {
    const broken = new Error('observer');
    const errorsOf = (result$: Observable<number>, flush: () => void): unknown[] => {
      const errors: unknown[] = [];
      result$.subscribe({
        error: ({ code, cause, unacked }: ZerobusError) => errors.push({ code, cause, unacked }),
      });
      flush();
      return errors;
    };
    const throwAt = (level: boolean) => ({
      next: (isHigh: boolean) => {
        if (isHigh === level) {
          throw broken;
        }
      },
    });

    it('ends in INTERNAL when backpressure rises, with all that is not durable', () => {
      world(({ server, operatorTo, flush }) => {
        const operator = operatorTo([server('o')], { maxInflightRecords: 4, backpressure: throwAt(true) });
        expect(errorsOf(operator(of({ n: 1 }, { n: 2 }, { n: 3 })), flush)).toEqual([
          { code: 'INTERNAL', cause: broken, unacked: ['{"n":1}', '{"n":2}'] },
        ]);
      });
    });

    it('takes the error for none of the record, which is not rejected', () => {
      world(({ server, operatorTo, flush }) => {
        for (const streams of [1, 2]) {
          const rejections: unknown[] = [];
          const operator = operatorTo([server('o')], {
            streams,
            maxInflightRecords: 4,
            backpressure: throwAt(true),
            rejected: (rejection) => void rejections.push(rejection),
          });
          expect(errorsOf(operator(of({ n: 1 }, { n: 2 }, { n: 3 })), flush)).toEqual([
            { code: 'INTERNAL', cause: broken, unacked: ['{"n":1}', '{"n":2}'] },
          ]);
          expect(rejections).toEqual([]);
        }
      });
    });

    it('ends in INTERNAL when backpressure falls, with all that is not durable', () => {
      world(({ server, operatorTo, flush }) => {
        const options = { maxInflightRecords: 4, maxBatchRecords: 1, backpressure: throwAt(false) };
        const operator = operatorTo([server('o--0')], options);
        expect(errorsOf(operator(of({ n: 1 }, { n: 2 })), flush)).toEqual([
          { code: 'INTERNAL', cause: broken, unacked: ['{"n":2}'] },
        ]);
      });
    });
  });
});
