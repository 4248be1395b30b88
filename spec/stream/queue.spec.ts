import fc from 'fast-check';
import { Queue } from '../../lib/stream/queue.ts';

describe('Queue', () => {
  it('returns undefined for what it does not hold', () => {
    const queue = new Queue<string>();
    expect([queue.length, queue.at(0), queue.shift()]).toEqual([0, undefined, undefined]);
  });

  it('agrees with an array, whatever is pushed, inserted, replaced, shifted and cleared', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.constant('push' as const) },
      { weight: 3, arbitrary: fc.record({ insertAt: fc.nat(40) }) },
      { weight: 2, arbitrary: fc.record({ replaceAt: fc.nat(40) }) },
      { weight: 1, arbitrary: fc.constant('replace first' as const) },
      { weight: 6, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { size: '+2' }), (steps) => {
        const queue = new Queue<number>();
        let model: number[] = [];
        for (const [number, step] of steps.entries()) {
          if (step === 'push') {
            queue.push(number);
            model.push(number);
          } else if (typeof step === 'object' && 'replaceAt' in step) {
            if (step.replaceAt < model.length) {
              queue.replace(step.replaceAt, -number);
              model[step.replaceAt] = -number;
            }
          } else if (step === 'replace first') {
            if (model.length > 0) {
              queue.replaceFirst([number, -number]);
              model.splice(0, 1, number, -number);
            }
          } else if (typeof step === 'object') {
            const index = Math.min(step.insertAt, model.length);
            queue.insert(index, number);
            model.splice(index, 0, number);
          } else if (step === 'shift') {
            expect(queue.shift()).toBe(model.shift());
          } else {
            expect(queue.clear()).toEqual(model);
            model = [];
          }
          expect(queue.length).toBe(model.length);
          expect(queue.toArray()).toEqual(model);
          expect([queue.at(0), queue.at(model.length - 1), queue.at(model.length)]).toEqual([
            model[0],
            model[model.length - 1],
            undefined,
          ]);
        }
      }),
    );
  });
});
