import fc from 'fast-check';
import { Gaps } from '../../lib/stream/gaps.ts';

const steps = fc.array(fc.record({ space: fc.nat(3), length: fc.integer({ min: 1, max: 9 }), passes: fc.nat(12) }), {
  maxLength: 60,
});

describe('Gaps', () => {
  it('count the offsets above the watermark, whatever is added', () => {
    fc.assert(
      fc.property(steps, (each) => {
        const gaps = new Gaps();
        const model = new Set<number>();
        let [next, watermark] = [0, -1];
        for (const { space, length, passes } of each) {
          next += space;
          gaps.add(next, next + length - 1);
          for (let n = 0; n < length; n++) {
            model.add(next++);
          }
          watermark = Math.min(next - 1, watermark + passes);
          expect(gaps.countAbove(watermark)).toBe([...model].filter((offset) => offset > watermark).length);
        }
      }),
    );
  });
});
