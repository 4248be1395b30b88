import { ValueRing } from '../../lib/stream/valueRing.ts';

describe('ValueRing', () => {
  function ring(...values: string[]): ValueRing<string> {
    const made = new ValueRing<string>();
    for (const value of values) {
      made.push(value);
    }
    return made;
  }

  function taken(from: ValueRing<string>, watermark: number): string[] {
    const values: string[] = [];
    from.take(watermark, (value) => values.push(value) > 0);
    return values;
  }

  it('returns values by their offset, before and after others have left', () => {
    const values = ring('a', 'b', 'c');
    expect(values.at(1)).toBe('b');
    expect(taken(values, 0)).toEqual(['a']);
    expect([values.at(1), values.at(2)]).toEqual(['b', 'c']);
    expect(taken(values, 0)).toEqual([]);
    expect(taken(values, 2)).toEqual(['b', 'c']);
    values.push('d');
    expect([values.at(3), values.toArray()]).toEqual(['d', ['d']]);
  });

  it('neither emits nor hands back a value that was removed', () => {
    const values = ring('a', 'b', 'c', 'd');
    values.remove(1);
    values.remove(3);
    expect(values.toArray()).toEqual(['a', 'c']);
    expect(taken(values, 3)).toEqual(['a', 'c']);
  });

  it('keeps undefined, which a source may emit', () => {
    const values = new ValueRing<undefined>();
    values.push(undefined);
    const seen: undefined[] = [];
    values.take(0, (value) => seen.push(value) > 0);
    expect(seen).toEqual([undefined]);
  });

  it('stops when it is asked to, and keeps the rest', () => {
    const values = ring('a', 'b', 'c');
    values.take(2, () => false);
    expect(values.toArray()).toEqual(['b', 'c']);
  });

  it('may be changed from within', () => {
    const values = ring('a', 'b');
    const seen: string[] = [];
    values.take(1, (value) => {
      seen.push(value);
      values.push(`${value}${value}`);
      return true;
    });
    expect([seen, values.toArray()]).toEqual([
      ['a', 'b'],
      ['aa', 'bb'],
    ]);
  });
});
