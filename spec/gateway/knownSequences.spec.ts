import fc from 'fast-check';
import { KnownSequences } from '../../lib/gateway/knownSequences.ts';

/** Everything that was added, and every number up to the floor, one by one. */
class NaiveModel {
  readonly #done = new Set<number>();
  #raised: number;

  constructor(floor: number) {
    this.#raised = floor;
  }

  add(sequence: number): void {
    this.#done.add(sequence);
  }

  raise(floor: number): void {
    this.#raised = Math.max(this.#raised, floor);
  }

  has(sequence: number): boolean {
    return sequence <= this.#raised || this.#done.has(sequence);
  }

  get floor(): number {
    let floor = this.#raised;
    while (this.#done.has(floor + 1)) {
      floor++;
    }
    return floor;
  }

  get rangeCount(): number {
    const above = [...this.#done].filter((sequence) => sequence > this.floor);
    return above.filter((sequence) => !this.has(sequence - 1)).length;
  }
}

const LARGEST = 40;
const sequence = fc.integer({ min: 0, max: LARGEST });
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('add' as const), sequence }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('raise' as const), sequence }) },
  ),
  { maxLength: 60 },
);

describe('KnownSequences', () => {
  it('know what was added or raised over, as a set does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 10 }), steps, (floor, sequences) => {
        const known = new KnownSequences(floor);
        const model = new NaiveModel(floor);
        for (const step of sequences) {
          known[step.kind](step.sequence);
          model[step.kind](step.sequence);
          expect(known.floor).toBe(model.floor);
          expect(known.rangeCount).toBe(model.rangeCount);
          for (let each = -1; each <= LARGEST + 1; each++) {
            if (known.has(each) !== model.has(each)) {
              throw new Error(`${each} is ${model.has(each) ? 'not known' : 'known'}`);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('take one range for a million numbers in order', () => {
    const known = new KnownSequences(-1);
    for (let each = 10; each < 1_000_000; each++) {
      known.add(each);
    }
    expect([known.floor, known.rangeCount]).toEqual([-1, 1]);
    known.raise(9);
    expect([known.floor, known.rangeCount]).toEqual([999_999, 0]);
  });
});
