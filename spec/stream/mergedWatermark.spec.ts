import fc from 'fast-check';
import { MergedWatermark } from '../../lib/stream/mergedWatermark.ts';

/** A step: a stream gets the next offset, or takes it back, or passes some of its offsets. */
type Step =
  | { readonly kind: 'push'; readonly stream: number }
  | { readonly kind: 'take back'; readonly stream: number }
  | { readonly kind: 'pass'; readonly stream: number; readonly count: number };

const STREAMS = 3;
const stream = fc.nat(STREAMS - 1);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('push' as const), stream }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('take back' as const), stream }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), stream, count: fc.nat(9) }) },
  ),
  { maxLength: 200 },
);

describe('MergedWatermark', () => {
  it('is just below the lowest offset that is not durable, and never goes back', () => {
    fc.assert(
      fc.property(steps, (each) => {
        const merged = new MergedWatermark(STREAMS, false);
        /** The offsets of the source by stream, and how many of them have passed. */
        const offsets: number[][] = Array.from({ length: STREAMS }, () => []);
        const passed = offsets.map(() => 0);
        let [next, previous] = [0, -1];
        for (const step of each) {
          const own = offsets[step.stream] as number[];
          const done = passed[step.stream] as number;
          if (step.kind === 'push') {
            own.push(next++);
            merged.push(step.stream);
          } else if (step.kind === 'take back') {
            // A stream takes back only what it has just been given.
            own.push(next);
            merged.push(step.stream);
            own.pop();
            merged.takeBack(step.stream, own.length);
          } else {
            passed[step.stream] = Math.min(own.length, done + step.count);
            merged.pass(step.stream, (passed[step.stream] as number) - 1);
          }
          const open = offsets.flatMap((all, index) => all.slice(passed[index]));
          expect(merged.nextOffset).toBe(next);
          expect(merged.offset).toBe(Math.min(next, ...open) - 1);
          expect(merged.offset).toBeGreaterThanOrEqual(previous);
          previous = merged.offset;
          for (const [index, all] of offsets.entries()) {
            for (let at = passed[index] as number; at < all.length; at++) {
              expect(merged.sourceOffset(index, at)).toBe(all[at] as number);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('passes offsets that no stream has, and those that a stream has dropped', () => {
    const merged = new MergedWatermark(2, true);
    for (const stream of [0, 1, 0, 1, 0]) {
      merged.push(stream);
    }
    merged.skip();
    expect([merged.offset, merged.nextOffset]).toEqual([-1, 6]);
    merged.drop(0, 0, 1);
    expect(merged.offset).toBe(0);
    merged.pass(1, 0);
    expect(merged.offset).toBe(2);
    merged.pass(1, 1);
    expect([merged.offset, merged.sourceOffset(0, 2)]).toEqual([3, 4]);
    merged.pass(0, 2);
    expect(merged.offset).toBe(5);
  });
});
