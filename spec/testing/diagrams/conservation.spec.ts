import fc from 'fast-check';
import { range } from 'rxjs';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { zerobusTest } from '../../../testing.ts';

describe('A scripted service', () => {
  it('has each row once in the end, in order, whatever breaks, rotates, hangs or is refused on the way', () => {
    const trouble = fc.string({ unit: fc.constantFrom('-', '-', '-', '#', 's', '#'), maxLength: 40 });
    const connections = fc.array(fc.constantFrom('o', '-o', '--#', '#', '-', 'o---s', 'o--|'), { maxLength: 6 });
    const tokens = fc.array(fc.constantFrom('t', '-t', '#', '--#', '-'), { maxLength: 3 });
    const options = fc.record({ ackDelayMs: fc.nat(5), maxBatchRecords: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(
        trouble,
        connections,
        tokens,
        options,
        fc.integer({ min: 1, max: 9 }),
        (acks, bad, slow, how, count) => {
          zerobusTest(({ zerobus, expectObservable, flush }) => {
            const { ackDelayMs, maxBatchRecords } = how;
            const service = zerobus({ acks, ackDelayMs, connections: [...bad, 'o'], tokens: [...slow, 't'] });
            const passed: number[] = [];
            const bounds = { maxBatchRecords, recoveryRetries: 50, recoveryTimeoutMs: 9 };
            const options = { row: (n: number) => ({ n }), ...service.options, ...bounds };
            range(count)
              .pipe(throughZerobus('main.iot.readings', options))
              .subscribe((n) => passed.push(n));
            expectObservable(range(0)).toBe('|');
            flush();
            const all = Array.from({ length: count }, (_, n) => n);
            expect(passed).toEqual(all);
            expect(service.rows).toEqual(all.map((n) => ({ n })));
            expect(service.connections.every(({ unsubscribedFrame }) => Number.isFinite(unsubscribedFrame))).toBeTrue();
          });
        },
      ),
    );
  });
});
