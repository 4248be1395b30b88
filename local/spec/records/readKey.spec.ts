import fc from 'fast-check';
import { readKey } from '../../lib/records/readKey.ts';

describe('readKey', () => {
  it('reads every key exactly, however many came before', () => {
    const property = fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 })), (keys) =>
      [...keys, ...keys].every((key) => {
        const text = Buffer.from(` ${JSON.stringify(key)}:`);
        return readKey(text, 1, text.length - 1) === key;
      }),
    );
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
  });

  it('keeps a key when the bytes it was read from are reused', () => {
    const text = Buffer.from('"first"');
    expect(readKey(text, 0, 7)).toBe('first');
    text.write('"other"');
    expect(readKey(text, 0, 7)).toBe('other');
    expect(readKey(Buffer.from('"first"'), 0, 7)).toBe('first');
  });
});
