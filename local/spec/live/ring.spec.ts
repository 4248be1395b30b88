import { Ring } from '../../lib/live/ring.ts';

describe('Ring', () => {
  it('keeps the last values in their order', () => {
    const ring = new Ring<number>(3);
    expect(ring.oldestFirst).toEqual([]);
    for (const [value, kept] of [
      [1, [1]],
      [2, [1, 2]],
      [3, [1, 2, 3]],
      [4, [2, 3, 4]],
      [5, [3, 4, 5]],
      [6, [4, 5, 6]],
      [7, [5, 6, 7]],
    ] as const) {
      ring.add(value);
      expect(ring.oldestFirst).toEqual([...kept]);
      expect(ring.newestFirst).toEqual([...kept].reverse());
    }
  });
});
