import { Problems } from '../../../lib/cli/ingest/problems.ts';

describe('Problems', () => {
  it('sums up what differs only in values, the most frequent first', () => {
    const problems = new Problems();
    problems.add('a: line 1', 'price: "x" does not fit DECIMAL(10,2).');
    for (let line = 2; line <= 6; line++) {
      problems.add(`a: line ${line}`, `tags[${line}].n: ${line * 1e10} is out of the range of INT, -5 to 5.`);
    }
    problems.add('a: line 7', 'price: "a \\" 7" does not fit DECIMAL(10,2).');
    expect(problems.count).toBe(7);
    expect(problems.lines()).toEqual([
      '5 × tags[].n: … is out of the range of INT, … to ….',
      ...[2, 3, 4].map((n) => `    a: line ${n}: tags[${n}].n: ${n * 1e10} is out of the range of INT, -5 to 5.`),
      '    …',
      '2 × price: … does not fit DECIMAL(10,2).',
      '    a: line 1: price: "x" does not fit DECIMAL(10,2).',
      '    a: line 7: price: "a \\" 7" does not fit DECIMAL(10,2).',
    ]);
  });

  it('keeps the example of what a column takes', () => {
    const problems = new Problems();
    problems.add('a: line 1', 'day: expected a date such as 2026-01-31, got "2026-2-3".');
    expect(problems.lines()[0]).toBe('1 × day: expected a date such as 2026-01-31, got ….');
  });

  it('names twenty kinds at most', () => {
    const problems = new Problems();
    for (let kind = 0; kind < 1000; kind++) {
      problems.add('a: line 1', `column_${String.fromCharCode(97 + (kind % 26))}${kind}: wrong.`);
    }
    expect(problems.lines()).toHaveSize(41);
    expect(problems.lines().at(-1)).toBe('980 × something else');
  });
});
