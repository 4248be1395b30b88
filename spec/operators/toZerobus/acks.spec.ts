import { ack, created, type ServerAct } from '../../support/scriptedTransport.ts';
import { acts, failed, numbers, records, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: acks', () => {
  it('ignores repeated and late acks', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      expectObservable(operatorTo([server('o---1-1-0-2-|')])(hot('-a-b-(c|)', records))).toBe('----1-----2-|', numbers);
    });
  });

  for (const [what, bad] of [
    ['beyond what was sent', ack(1)],
    ['that is negative', ack(-1)],
    ['without an offset', ack()],
    ['that is not a message', Uint8Array.of(0xff)],
    ['of a second creation', created()],
  ] as const) {
    it(`treats an ack ${what} as a protocol error, makes nothing durable and reconnects`, () => {
      world(({ hot, cold, operatorTo, flush, expectObservable }) => {
        const operator = operatorTo([cold<ServerAct>('o-b', { o: created(), b: bad }), cold('o-0|', acts)]);
        expectObservable(operator(hot('-(a|)', records))).toBe('-- 10ms --0|', numbers);
        flush();
        expect(operator.seen).toEqual([
          '0 create main.iot.readings',
          '1 batch 0: {"id":"a"}',
          '2 cancel',
          '12 create main.iot.readings',
          '12 batch 0: {"id":"a"}',
          '14 half-close',
        ]);
      });
    });
  }

  it('fails with a protocol error if recovery is off', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const message = 'The service acknowledged offset 5, but 0 to 0 were sent on this connection.';
      expectObservable(operatorTo([server('o-5')], { recovery: false })(hot('-a-', records))).toBe(
        '--#',
        numbers,
        failed('PROTOCOL_ERROR', message),
      );
    });
  });
});
