import fc from 'fast-check';
import { columnsInSight, rowsInSight } from '../../../page/parts/virtualRows.ts';

describe('the rows in sight', () => {
  it('are those between the edges of the view, and some spare ones', () => {
    expect(rowsInSight(0, 280, 28, 100_000, 8)).toEqual({ first: 0, end: 18 });
    expect(rowsInSight(28_000, 280, 28, 100_000, 8)).toEqual({ first: 992, end: 1018 });
    expect(rowsInSight(0, 280, 28, 3)).toEqual({ first: 0, end: 3 });
    expect(rowsInSight(0, 280, 28, 0)).toEqual({ first: 0, end: 0 });
  });

  it('are never more than the view holds, wherever a list is scrolled', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000), fc.nat(2000), fc.nat(200_000), (scrollTop, height, count) => {
        const { first, end } = rowsInSight(scrollTop, height, 28, count, 8);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(end - first).toBeLessThanOrEqual(height / 28 + 2 + 16);
      }),
    );
  });
});

describe('the columns in sight', () => {
  const edges = [0, 100, 150, 400, 420];

  it('are those that the view cuts or holds', () => {
    expect(columnsInSight(0, 120, edges)).toEqual({ first: 0, end: 2 });
    expect(columnsInSight(100, 50, edges)).toEqual({ first: 1, end: 2 });
    expect(columnsInSight(399, 100, edges)).toEqual({ first: 2, end: 4 });
    expect(columnsInSight(0, 1000, edges)).toEqual({ first: 0, end: 4 });
    expect(columnsInSight(0, 1000, [0])).toEqual({ first: 0, end: 0 });
  });
});
