import { of } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { failed, numbers, records, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: timeouts', () => {
  it('fails if the stream is not created in time', () => {
    world(({ hot, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const service = server('-');
      const error = failed(
        'STREAM_CREATION_TIMEOUT',
        'The service did not create the stream within 5 ms: check the network, or raise recoveryTimeoutMs.',
      );
      expectObservable(operatorTo([service], { recovery: false, recoveryTimeoutMs: 5 })(hot('-a', records))).toBe(
        '-----#',
        numbers,
        error,
      );
      expectSubscriptions(service.subscriptions).toBe('^----!');
    });
  });

  it('reconnects if nothing becomes durable for too long, counted from the last progress', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o--0'), server('o-0|')], { serverLackOfAckTimeoutMs: 8 });
      expectObservable(operator(hot('-a-(b|)', records))).toBe('---0------- 10ms --1|', numbers);
      flush();
      expect(operator.seen.slice(-4)).toEqual([
        '11 cancel',
        '21 create main.iot.readings',
        '21 batch 0: {"id":"b"}',
        '23 half-close',
      ]);
    });
  });

  it('does not count repeated acks as progress', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const error = failed(
        'ACK_TIMEOUT',
        'Nothing became durable for 8 ms, with 1 in flight: raise serverLackOfAckTimeoutMs if the service is slow.',
      );
      const result$ = operatorTo([server('o--0-0-0-0-0-0-0')], { serverLackOfAckTimeoutMs: 8, recovery: false })(
        hot('-ab', records),
      );
      expectObservable(result$).toBe('---0-------#', numbers, error);
    });
  });

  it('does not expect acks while nothing is in flight', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const operator = operatorTo([server('o-0 50ms --1|')], { serverLackOfAckTimeoutMs: 8, recovery: false });
      expectObservable(operator(hot('-a 50ms -(b|)', records))).toBe('--0 50ms --1|', numbers);
    });
  });

  it('fails if the drain takes longer than flushTimeoutMs, with the unacknowledged records', () => {
    world(({ server, operatorTo, flush }) => {
      const errors: ZerobusError[] = [];
      operatorTo([server('o--0')], { flushTimeoutMs: 20, maxBatchRecords: 1 })(of({ n: 1 }, { n: 2 })).subscribe({
        error: (error) => errors.push(error),
      });
      flush();
      expect(errors.map((error) => [error.code, error.unacked])).toEqual([['FLUSH_TIMEOUT', ['{"n":2}']]]);
    });
  });
});
