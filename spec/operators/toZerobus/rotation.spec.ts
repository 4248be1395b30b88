import { cut, failed, numbers, records, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: rotation', () => {
  it('waits for the acks in flight, sends nothing new, and continues on the next connection at once', () => {
    world(({ hot, server, operatorTo, flush, expectObservable, expectSubscriptions }) => {
      const first = server(' o--s--0-1-|');
      const second = server('          o--0|');
      const operator = operatorTo([first, second]);
      expectObservable(operator(hot('-ab--c--------|', records))).toBe('------0-1----2|', numbers);
      expectSubscriptions(first.subscriptions).toBe('^---------!');
      expectSubscriptions(second.subscriptions).toBe('----------^---!');
      flush();
      expect(operator.seen).toEqual([
        '0 create main.iot.readings',
        '1 batch 0: {"id":"a"}',
        '2 batch 1: {"id":"b"}',
        '8 half-close',
        '10 create main.iot.readings',
        '10 batch 0: {"id":"c"}',
        '14 half-close',
      ]);
    });
  });

  it('sends again the records that were not acknowledged within the announced time', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o--s--0'), server('o-1|')]);
      expectObservable(operator(hot('-ab---(c|)', records))).toBe('------0-- 24ms --2|', numbers);
      flush();
      expect(operator.seen.slice(3)).toEqual([
        '33 cancel',
        '33 create main.iot.readings',
        '33 batch 0: {"id":"b"}',
        '33 batch 1: {"id":"c"}',
        '35 half-close',
      ]);
    });
  });

  it('waits no longer than streamPausedMaxWaitTimeMs', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const first = server('o--s');
      expectObservable(
        operatorTo([first, server('o-0|')], { streamPausedMaxWaitTimeMs: 7 })(hot('-(a|)', records)),
      ).toBe('--- 7ms --0|', numbers);
      expectSubscriptions(first.subscriptions).toBe('^--- 6ms !');
    });
  });

  it('waits no longer than the service announced, whatever streamPausedMaxWaitTimeMs allows', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const operator = operatorTo([server('o--s'), server('o-0|')], { streamPausedMaxWaitTimeMs: 7000 });
      expectObservable(operator(hot('-(a|)', records))).toBe('--- 30ms --0|', numbers);
    });
  });

  it('reconnects at once if streamPausedMaxWaitTimeMs or the announced time is 0', () => {
    for (const [diagram, streamPausedMaxWaitTimeMs] of [
      ['o--s', 0],
      ['o--n', undefined],
    ] as const) {
      world(({ hot, server, operatorTo, flush, expectObservable }) => {
        const operator = operatorTo([server(diagram), server('o-0|')], { streamPausedMaxWaitTimeMs });
        expectObservable(operator(hot('-(a|)', records))).toBe('-----0|', numbers);
        flush();
        expect(operator.seen.slice(2, 4)).toEqual(['3 cancel', '3 create main.iot.readings']);
      });
    }
  });

  it('is not a failure, whether the call then ends or errors', () => {
    for (const [diagram, error] of [
      ['o--s-|', undefined],
      ['o--s-#', cut],
    ] as const) {
      world(({ hot, server, operatorTo, expectObservable }) => {
        const operator = operatorTo([server(diagram, error), server('o-0|')], { recovery: false });
        expectObservable(operator(hot('-(a|)', records))).toBe('-------0|', numbers);
      });
    }
  });

  it('is a failure if the call errors in a way that a new connection cannot fix', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const denied = failed('PERMISSION_DENIED', 'grants are gone');
      expectObservable(operatorTo([server('o--s-#', denied)])(hot('-(a|)', records))).toBe('-----#', numbers, denied);
    });
  });

  it('happens at once on an idle stream, and again at once after a long connection', () => {
    world(({ hot, server, operatorTo, expectSubscriptions, expectObservable }) => {
      const idle = server('o 99ms (s|)');
      expectObservable(operatorTo([idle], { recoveryBackoffMaxMs: 90 })(hot('-')), '^ 249ms !').toBe('-');
      expectSubscriptions(idle.subscriptions).toBe(['^ 99ms !', '100ms ^ 99ms !', '200ms ^ 49ms !']);
    });
  });

  it('slows down if it repeats without anything becoming durable', () => {
    world(({ hot, server, operatorTo, expectSubscriptions, expectObservable }) => {
      const restless = server('(on)');
      expectObservable(operatorTo([restless])(hot('a', records)), '^ 69ms !').toBe('-');
      expectSubscriptions(restless.subscriptions).toBe(['(^!)', '(^!)', '10ms (^!)', '30ms (^!)']);
    });
  });
});
