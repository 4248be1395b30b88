import fc from 'fast-check';
import { range } from 'rxjs';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { zerobusTest } from '../../../testing.ts';

const runs = fc.record({
  count: fc.integer({ min: 1, max: 9 }),
  maxBatchRecords: fc.integer({ min: 1, max: 4 }),
  acks: fc.string({ unit: fc.constantFrom('-', '-', '-', '#', 's', '#'), maxLength: 40 }),
  ackDelayMs: fc.nat(5),
  connections: fc.array(fc.constantFrom('o', '-o', '--#', '#', '-', 'o---s', 'o--|'), { maxLength: 6 }),
  tokens: fc.array(fc.constantFrom('t', '-t', '#', '--#', '-'), { maxLength: 3 }),
  bad: fc.nat(12),
});

describe('A scripted service', () => {
  it('has each row once in the end, in order, whatever breaks, rotates, hangs or is refused on the way', () => {
    fc.assert(
      fc.property(runs, ({ count, maxBatchRecords, acks, ackDelayMs, connections, tokens, bad }) => {
        zerobusTest(({ zerobus, flush }) => {
          const service = zerobus({
            acks,
            ackDelayMs,
            connections: [...connections, 'o'],
            tokens: [...tokens, 't'],
            refuses: ({ n }) => n === bad,
          });
          const passed: number[] = [];
          const rejected: unknown[] = [];
          const options = {
            ...service.options,
            row: (n: number) => ({ n }),
            rejected: ({ value }: { readonly value: number }) => void rejected.push(value),
            maxBatchRecords,
            recoveryRetries: 50,
            recoveryTimeoutMs: 9,
          };
          range(count)
            .pipe(throughZerobus('main.iot.readings', options))
            .subscribe((n) => passed.push(n));
          flush();
          const all = Array.from({ length: count }, (_, n) => n);
          const good = all.filter((n) => n !== bad);
          expect(passed).toEqual(good);
          expect(service.rows).toEqual(good.map((n) => ({ n })));
          expect(rejected).toEqual(bad < count ? [bad] : []);
          expect(service.connections.every(({ unsubscribedFrame }) => Number.isFinite(unsubscribedFrame))).toBeTrue();
        });
      }),
    );
  });
});
