import { chartChoice, timeOf } from '../../../page/query/chartChoice.ts';

describe('the chart of a result', () => {
  it('is bars for a category and a number', () => {
    const { best, bars } = chartChoice(
      ['device', 'rows'],
      [
        ['a', '12'],
        [null, '3'],
        ['c', '4'],
      ],
    );
    expect(best).toBe('bars');
    expect(bars).toEqual({ category: 0, value: 1 });
  });

  it('is lines for times and numbers', () => {
    const rows = [1, 2, 3].map((n) => [`2026-01-01 00:0${n}:00`, n, n % 2 === 0 ? 'NaN' : n * 2]);
    const { best, lines } = chartChoice(['at', 'low', 'high'], rows);
    expect(best).toBe('lines');
    expect(lines).toEqual({ x: 0, isTime: true, values: [1, 2] });
  });

  it('is lines for two columns of many numbers', () => {
    const rows = Array.from({ length: 20 }, (_, n) => [n, String(n * n)]);
    expect(chartChoice(['n', 'square'], rows)).toEqual(
      jasmine.objectContaining({ best: 'lines', lines: { x: 0, isTime: false, values: [1] } }),
    );
  });

  it('is none without numbers, and says why', () => {
    const { best, bars, lines, barsProblem, linesProblem } = chartChoice(['a', 'b'], [['x', { y: 1 }]]);
    expect(best).toBe('table');
    expect(bars ?? lines).toBeUndefined();
    expect(barsProblem).toBe('Bars need a column of numbers.');
    expect(linesProblem).toMatch(/^Lines need a column of times or numbers/);
  });

  it('is no bars for more of them than can be told apart', () => {
    const rows = Array.from({ length: 61 }, (_, n) => [`d${n}`, n]);
    expect(chartChoice(['device', 'rows'], rows).barsProblem).toBe('Bars need at most 60 rows.');
  });

  it('is none for no rows and no columns', () => {
    expect(chartChoice([], []).best).toBe('table');
    expect(chartChoice(['a', 'b'], []).best).toBe('table');
  });
});

describe('a time of a result', () => {
  it('is read as DuckDB writes it', () => {
    expect(timeOf('1970-01-02')).toBe(86_400);
    expect(timeOf('1970-01-01 00:01:00.5')).toBe(60.5);
    expect(timeOf('1970-01-01 02:00:00+02')).toBe(0);
    expect(timeOf('1970-01-01 02:00:00.123456+02:00')).toBe(0.123);
    expect(timeOf('2026-13-45')).toBeNull();
    expect(timeOf('soon')).toBeNull();
  });
});
