import fc from 'fast-check';
import { Scratch } from '../../lib/wire/scratch.ts';
import { NOT_WRITTEN, writeJsonString } from '../../lib/wire/writeJsonString.ts';
import { anyJsonText, plainJsonText } from '../support/jsonArbitraries.ts';

/**
 * The bytes written for a text, over memory full of characters that need escaping. `undefined` if the text is left to
 * `JSON.stringify`.
 */
function written(text: string): string | undefined {
  const scratch = new Scratch(3, 100);
  scratch.buffer.fill('"');
  const end = writeJsonString(scratch, 5, text);
  return end === NOT_WRITTEN ? undefined : scratch.buffer.toString('utf8', 5, end);
}

describe('writeJsonString', () => {
  it('writes text as JSON.stringify does', () => {
    fc.assert(
      fc.property(plainJsonText, (text) => {
        expect(written(text)).toBe(JSON.stringify(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes any text as JSON.stringify does, or not at all', () => {
    fc.assert(
      fc.property(anyJsonText, (text) => {
        expect([undefined, JSON.stringify(text)]).toContain(written(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds characters to escape at any position', () => {
    const wrong: string[] = [];
    for (let unit = 0; unit < 0x100; unit++) {
      const isControl = unit < 0x20 && !'\b\t\n\f\r'.includes(String.fromCharCode(unit));
      for (const length of [5, 6, 7, 8, 40, 41, 42, 43, 44, 90]) {
        for (const place of [0, 1, 2, 3, 4, length - 2, length - 1]) {
          const text = `${'x'.repeat(place)}${String.fromCharCode(unit)}${'y'.repeat(length - place - 1)}`;
          if (written(text) !== (isControl ? undefined : JSON.stringify(text))) {
            wrong.push(text);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('writes text of every length up to its limit', () => {
    const lengths = [...Array(100).keys(), 0x2000, 0x3ffe, 0x3fff, 0x4000];
    for (const unit of ['a', 'é', '€', '"']) {
      expect(lengths.filter((length) => written(unit.repeat(length)) !== JSON.stringify(unit.repeat(length)))).toEqual(
        [],
      );
    }
    expect(written('a'.repeat(0x4001))).toBeUndefined();
  });
});
