import fc from 'fast-check';
import { fittingCount, keptEvent, requestText } from '../../../lib/browser/request/requestText.ts';
import { utf8Length } from '../../../lib/browser/request/utf8Length.ts';

describe('utf8Length', () => {
  it('is the number of bytes that are sent, for any text', () => {
    expect(utf8Length('a\u00e4\u20ac\u{1f600}')).toBe(10);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }), (units) => {
        const text = String.fromCharCode(...units);
        return utf8Length(text) === new TextEncoder().encode(text).length;
      }),
    );
  });
});

describe('requestText', () => {
  const values = fc.array(fc.jsonValue(), { minLength: 1, maxLength: 50 });

  it('has a head, and one line per event that can be read alone', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 100 }), (all, first) => {
        const events = all.map((value, index) => keptEvent(first + index, JSON.stringify(value)));
        const [head = '', ...lines] = requestText('a client', first, events).split('\n');
        expect(JSON.parse(head)).toEqual({ version: 1, client: 'a client', kept: first });
        expect(lines.map((line) => JSON.parse(line))).toEqual(
          events.map(({ sequence, text }) => [sequence, JSON.parse(text)]),
        );
      }),
    );
  });

  it('stays within its limits, has as much as fits, and at least one event', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2000 }), (all, events, bytes) => {
        const kept = all.map((value, index) => keptEvent(index + 1, JSON.stringify(value)));
        const count = fittingCount(kept, { events, bytes });
        const lines = (n: number): number =>
          utf8Length(requestText('', 1, kept.slice(0, n))) - requestText('', 1, []).length;
        expect(count).toBeGreaterThanOrEqual(1);
        expect(count).toBeLessThanOrEqual(Math.min(events, kept.length));
        if (count > 1) {
          expect(lines(count)).toBeLessThanOrEqual(bytes);
        }
        if (count < Math.min(events, kept.length)) {
          // The digits of the sequence numbers are counted as if they had 16 of them.
          expect(lines(count + 1) + 16 * (count + 1)).toBeGreaterThan(bytes);
        }
      }),
    );
  });
});
