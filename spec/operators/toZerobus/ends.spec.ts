import { concat, Observable, of, Subject, take, throwError } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { cut, failed, numbers, records, unackedOf, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: ends', () => {
  it('stays open on a source that never emits', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const service = server('o');
      expectObservable(operatorTo([service])(hot('-')), '^---------!').toBe('----------');
      expectSubscriptions(service.subscriptions).toBe('^---------!');
    });
  });

  it('completes at once on an empty source, without waiting for a connection', () => {
    world(({ cold, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const service = server('----o');
      expectObservable(operatorTo([service])(cold('|'))).toBe('|');
      expectSubscriptions(service.subscriptions).toBe('(^!)');
    });
  });

  it('half-closes an open stream that was never used', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o----|')]);
      expectObservable(operator(hot('---|'))).toBe('-----|');
      flush();
      expect(operator.seen).toEqual(['0 create main.iot.readings', '3 half-close']);
    });
  });

  it('completes if the service does not end the call after everything is durable', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o-0')]);
      expectObservable(operator(hot('-(a|)', records))).toBe('--0 1999ms |', numbers);
      flush();
      expect(operator.seen.slice(-2)).toEqual(['2 half-close', '2002 cancel']);
    });
  });

  it('completes if the call fails after everything is durable', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      expectObservable(operatorTo([server('o-0--#', cut)])(hot('-(a|)', records))).toBe('--0--|', numbers);
    });
  });

  it('forwards the error of the source once all accepted records are durable', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const service = server('o-----0-----1-|');
      expectObservable(operatorTo([service])(hot('-a-b-#', records))).toBe('------0-----1-#', numbers);
      expectSubscriptions(service.subscriptions).toBe('^-------------!');
    });
  });

  it('forwards at once the error of a source that fails before its first record', () => {
    world(({ cold, server, operatorTo, expectObservable }) => {
      expectObservable(operatorTo([server('---o')])(cold('#'))).toBe('#');
    });
  });

  it('reports both errors if the source fails and then the drain does', () => {
    world(({ server, operatorTo, flush }) => {
      const broken = new Error('source');
      const errors: ZerobusError[] = [];
      operatorTo([server('o--#', failed('PERMISSION_DENIED', 'no'))])(
        concat(
          of({ n: 1 }),
          throwError(() => broken),
        ),
      ).subscribe({
        error: (error) => errors.push(error),
      });
      flush();
      expect(errors.map((error) => [error.code, error.unacked, error.sourceError])).toEqual([
        ['PERMISSION_DENIED', ['{"n":1}'], broken],
      ]);
    });
  });

  it('hands back only its own records if the source fails with the error of another stream', () => {
    world(({ server, operatorTo, flush }) => {
      const foreign = failed('UNAVAILABLE', 'upstream', { unacked: ['{"foreign":1}'] });
      const unacked: unknown[] = [];
      unackedOf(
        operatorTo([server('o--#', failed('NOT_FOUND', 'no'))])(
          concat(
            of({ n: 1 }),
            throwError(() => foreign),
          ),
        ),
        unacked,
      );
      flush();
      expect(unacked).toEqual(['{"n":1}']);
    });
  });

  it('cancels everything when unsubscribed from, and unsubscribes from the source', () => {
    world(({ hot, server, operatorTo, flush, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a-b-c-d-', records);
      const service = server('o--0--------');
      const operator = operatorTo([service]);
      expectObservable(operator(source), '^-----!').toBe('---0---', numbers);
      expectSubscriptions(source.subscriptions).toBe('^-----!');
      expectSubscriptions(service.subscriptions).toBe('^-----!');
      flush();
      expect(operator.seen.at(-1)).toBe('6 cancel');
    });
  });

  it('does not break the chain when unsubscribed from explicitly', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-', records);
      expectObservable(operatorTo([server('o--0')])(source.pipe(take(9))).pipe(take(9)), '^---!').toBe(
        '---0-',
        numbers,
      );
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('stops listening to a synchronous source when it has failed', () => {
    world(({ server, operatorTo, flush }) => {
      const taken: number[] = [];
      const operator = operatorTo([server('o')], { maxInflightRecords: 3 });
      let code = '';
      operator(
        new Observable<object>((subscriber) => {
          for (let n = 0; n < 5000 && !subscriber.closed; n++) {
            taken.push(n);
            subscriber.next({ n });
          }
        }),
      ).subscribe({ error: (error: ZerobusError) => (code = error.code) });
      flush();
      expect([code, taken]).toEqual(['BUFFER_OVERFLOW', [0, 1, 2, 3]]);
    });
  });

  it('accepts records that its subscriber adds while it is notified of a durable offset', () => {
    world(({ server, operatorTo, flush }) => {
      const operator = operatorTo([server('o-0-1-2-|')]);
      const source = new Subject<object>();
      const watermarks: number[] = [];
      operator(source).subscribe((offset) => {
        watermarks.push(offset);
        if (offset < 2) {
          source.next({ n: offset + 1 });
        } else {
          source.complete();
        }
      });
      source.next({ n: 0 });
      flush();
      expect(watermarks).toEqual([0, 1, 2]);
      expect(operator.seen.slice(1)).toEqual([
        '0 batch 0: {"n":0}',
        '2 batch 1: {"n":1}',
        '4 batch 2: {"n":2}',
        '6 half-close',
      ]);
    });
  });

  it('shares nothing between two subscriptions', () => {
    world(({ cold, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o--0|'), server('o-----0|')]);
      const result$ = operator(cold('-(a|)', records));
      expectObservable(result$).toBe('---0|', numbers);
      expectObservable(result$).toBe('------0|', numbers);
      flush();
      expect(operator.seen.filter((line) => line.includes('batch'))).toEqual([
        '1 batch 0: {"id":"a"}',
        '1 batch 0: {"id":"a"}',
      ]);
    });
  });
});
