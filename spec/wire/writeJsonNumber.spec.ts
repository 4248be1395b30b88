import fc from 'fast-check';
import { Scratch } from '../../lib/wire/scratch.ts';
import { writeJsonNumber } from '../../lib/wire/writeJsonNumber.ts';
import { anyNumber } from '../support/jsonArbitraries.ts';

function written(value: number): string {
  const scratch = new Scratch(3, 100);
  return scratch.buffer.toString('latin1', 5, writeJsonNumber(scratch, 5, value));
}

describe('writeJsonNumber', () => {
  it('writes every number as JSON.stringify does', () => {
    fc.assert(
      fc.property(anyNumber, (value) => {
        expect(written(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 10_000 },
    );
  });

  it('writes every number of up to five digits, and every hundredth, as JSON.stringify does', () => {
    const wrong: number[] = [];
    for (let digits = -1000; digits <= 99_999; digits++) {
      for (const value of [digits, digits / 100]) {
        if (written(value) !== JSON.stringify(value)) {
          wrong.push(value);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
