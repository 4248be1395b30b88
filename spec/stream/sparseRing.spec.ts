import fc from 'fast-check';
import { SparseRing } from '../../lib/stream/sparseRing.ts';
import { collectGarbage } from '../support/collectGarbage.ts';

type Step =
  | { readonly kind: 'push' | 'pop' }
  | { readonly kind: 'take'; readonly count: number }
  | { readonly kind: 'drop'; readonly at: number; readonly count: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('push' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pop' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('take' as const), count: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), at: fc.nat(40), count: fc.nat(40) }) },
  ),
  { maxLength: 400 },
);

describe('SparseRing', () => {
  it('agrees with a map, whatever is pushed, taken and dropped', () => {
    fc.assert(
      fc.property(steps, (each) => {
        const ring = new SparseRing<string>();
        const model = new Map<number, string>();
        let [next, first] = [0, 0];
        for (const step of each) {
          if (step.kind === 'push') {
            ring.push(`v${next}`);
            model.set(next, `v${next}`);
            next++;
          } else if (step.kind === 'pop' && model.has(next - 1)) {
            ring.pop();
            model.delete(--next);
          } else if (step.kind === 'drop') {
            const from = first + step.at;
            if (from <= next) {
              ring.drop(from, from + step.count);
              for (let offset = from; offset <= from + step.count; offset++) {
                model.delete(offset);
              }
              next = Math.max(next, from + step.count + 1);
            }
          } else if (step.kind === 'take') {
            const taken: string[] = [];
            first = Math.min(next, first + step.count);
            ring.take(first - 1, (value) => taken.push(value) > 0);
            expect(taken).toEqual([...model].filter(([offset]) => offset < first).map(([, value]) => value));
            for (const offset of model.keys()) {
              if (offset < first) {
                model.delete(offset);
              }
            }
          }
          expect([ring.count, ring.size, ring.oldest]).toEqual([next, model.size, [...model.values()][0]]);
          expect(ring.toArray()).toEqual([...model.values()]);
        }
        for (const [offset, value] of model) {
          expect(ring.at(offset)).toBe(value);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('does not grow while values are dropped for hours', () => {
    const ring = new SparseRing<number>();
    for (let n = 0; n < 100; n++) {
      ring.push(n);
    }
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 1_000_000; n++) {
      ring.push(n);
      ring.drop(100 + n, 100 + n);
    }
    collectGarbage();
    expect([ring.size, ring.count]).toEqual([100, 1_000_100]);
    // A place for each would take at least 16 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4_000_000);
  });
});
