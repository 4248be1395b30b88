import { createHook } from 'node:async_hooks';
import { range } from 'rxjs';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { zerobusTest } from '../../../testing.ts';

describe('A marble test', () => {
  it('creates no promise, timer, socket or other asynchronous resource, though hours pass in it', () => {
    const created: string[] = [];
    const hook = createHook({ init: (_, type) => void created.push(type) }).enable();
    try {
      zerobusTest(({ cold, zerobus, expectObservable, expectSubscriptions }) => {
        const service = zerobus({ acks: '100m 0', tokens: ['#', '9s t'], connections: ['-', '#', 'o'] });
        const source = cold('            -a|', { a: { n: 1 } });
        const times = { serverLackOfAckTimeoutMs: 10_000_000, flushTimeoutMs: 10_000_000 };
        const options = { ...service.options, ...times, random: () => 0.5 };
        const durable$ = source.pipe(toZerobus('main.iot.readings', options));
        expectObservable(durable$).toBe('100m (0|)');
        expectSubscriptions(service.tokenRequests).toBe(['(^!)', '1s ^ 8999ms !']);
      });
    } finally {
      hook.disable();
    }
    expect(created).toEqual([]);
  });

  it('is over before it returns, with every timer and connection', () => {
    zerobusTest(({ zerobus, expectObservable, expectSubscriptions, flush }) => {
      const service = zerobus({ ackDelayMs: 5 });
      const values = range(3).pipe(throughZerobus('main.iot.readings', { row: (n) => ({ n }), ...service.options }));
      expectObservable(values).toBe('-----(abc|)', { a: 0, b: 1, c: 2 });
      expectSubscriptions(service.connections).toBe('^----!');
      flush();
      expect(service.rows).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    });
  });
});
