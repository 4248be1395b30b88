import fc from 'fast-check';
import { Offsets } from '../../lib/browser/offsets.ts';

/** What becomes of the next value, or of the client. */
type Step =
  | { readonly kind: 'add'; readonly gap: number }
  | { readonly kind: 'pass'; readonly count: number }
  | { readonly kind: 'settle'; readonly by: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), gap: fc.constantFrom(1, 1, 1, 2, 5) }),
  fc.record({ kind: fc.constant('pass' as const), count: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('settle' as const), by: fc.integer({ min: 0, max: 6 }) }),
);

describe('Offsets', () => {
  it('settle as a list of sequence numbers does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const offsets = new Offsets();
        /** The sequence number of each offset, 0 without an event. */
        const model: number[] = [];
        let [last, done] = [0, 0];
        for (const each of steps) {
          if (each.kind === 'add') {
            last += each.gap;
            model.push(last);
            offsets.add(last);
          } else if (each.kind === 'pass') {
            model.push(...Array.from({ length: each.count }, () => 0));
            offsets.pass(each.count);
          } else {
            done = Math.min(last, done + each.by);
            offsets.settle(done);
          }
          const firstUnsettled = model.findIndex((sequence) => sequence > done);
          const settled = firstUnsettled < 0 ? model.length : firstUnsettled;
          // The values behind a run that is settled in part pass with the rest of it.
          expect(offsets.watermark).toBe(settled - 1);
          expect(offsets.isSettled).toBe(settled === model.length);
          expect(offsets.unsettled).toBe(model.filter((sequence) => sequence > done).length);
          for (const [offset, sequence] of model.entries()) {
            if (sequence > 0) {
              expect(offsets.offsetOf(sequence)).toBe(sequence > done ? offset : undefined);
            }
          }
        }
      }),
    );
  });

  it('are all settled when their client is gone', () => {
    const offsets = new Offsets();
    offsets.add(1);
    offsets.add(2);
    offsets.clear();
    expect([offsets.watermark, offsets.isSettled, offsets.unsettled]).toEqual([1, true, 0]);
    offsets.add(1);
    expect(offsets.watermark).toBe(1);
    offsets.settle(1);
    expect(offsets.watermark).toBe(2);
  });
});
