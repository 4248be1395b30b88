import { of } from 'rxjs';
import { cut, failed, numbers, records, unackedOf, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: recovery', () => {
  it('waits, reconnects and sends unacknowledged records again, before new ones', () => {
    world(({ hot, server, operatorTo, flush, expectObservable, expectSubscriptions }) => {
      const source = hot('-abc-----d------(e|)', records);
      const first = server('o---0-#', cut);
      const second = server('                o-1-2|');
      const operator = operatorTo([first, second]);
      expectObservable(operator(source)).toBe('----0-- 9ms --2-4|', numbers);
      expectSubscriptions(source.subscriptions).toBe('^---------------!');
      expectSubscriptions(first.subscriptions).toBe('^-----!');
      expectSubscriptions(second.subscriptions).toBe('----------------^----!');
      flush();
      expect(operator.seen.slice(4)).toEqual([
        '16 create main.iot.readings',
        '16 batch 0: {"id":"b"}',
        '16 batch 1: {"id":"c"}',
        '16 batch 2: {"id":"d"} {"id":"e"}',
        '20 half-close',
      ]);
    });
  });

  it('doubles the wait up to its bound, and gives up after recoveryRetries failures', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const service = server('#', cut);
      expectObservable(operatorTo([service], { recoveryBackoffMaxMs: 60 })(hot('a', records))).toBe(
        '10ms 20ms 30ms 30ms #',
        numbers,
        cut,
      );
      expectSubscriptions(service.subscriptions).toBe(['(^!)', '10ms (^!)', '30ms (^!)', '60ms (^!)', '90ms (^!)']);
    });
  });

  it('does not reset the count of failures when a connection merely opens', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      expectObservable(operatorTo([server('o#', cut)], { recoveryRetries: 2 })(hot('a', records))).toBe(
        '- 10ms - 20ms -#',
        numbers,
        cut,
      );
    });
  });

  it('resets the count of failures at durable progress', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const failing = server('o#', cut);
      const useful = server('o0#', cut);
      const operator = operatorTo([failing, useful, failing, server('o0|')], {
        recoveryRetries: 1,
        maxBatchRecords: 1,
      });
      expectObservable(operator(hot('(ab|)', records))).toBe('- 10ms -0- 10ms #', numbers, cut);
    });
  });

  it('does not retry an error that a retry cannot fix', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const service = server('o-#', failed('NOT_FOUND', 'no such table'));
      expectObservable(operatorTo([service])(hot('-a', records))).toBe(
        '--#',
        numbers,
        failed('NOT_FOUND', 'no such table'),
      );
      expectSubscriptions(service.subscriptions).toBe('^-!');
    });
  });

  it('fails at once if recovery is off, with the unacknowledged records in order', () => {
    world(({ server, operatorTo, flush }) => {
      const unacked: unknown[] = [];
      unackedOf(
        operatorTo([server('o-0-#', cut)], { recovery: false, maxBatchRecords: 1 })(of({ n: 1 }, { n: 2 }, { n: 3 })),
        unacked,
      );
      flush();
      expect(unacked).toEqual(['{"n":2}', '{"n":3}']);
    });
  });

  it('treats a call that the server ends too early with OK as a failure', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      expectObservable(operatorTo([server('o-|'), server('o-0|')])(hot('-(a|)', records))).toBe(
        '-- 10ms --0|',
        numbers,
      );
    });
  });

  it('resets the count of failures if a connection lived long and lost nothing', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const idle = server('o 99ms #', cut);
      const operator = operatorTo([idle, idle, idle, server('o 99ms 0|')], {
        recoveryRetries: 1,
        recoveryBackoffMaxMs: 90,
      });
      expectObservable(operator(hot('400ms (a|)', records))).toBe('430ms 0|', numbers);
    });
  });

  it('ends a wait at once when the source completes with everything durable', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      expectObservable(operatorTo([server('o-0-#', cut), server('o')])(hot('-a-----|', records))).toBe(
        '--0----|',
        numbers,
      );
    });
  });
});
