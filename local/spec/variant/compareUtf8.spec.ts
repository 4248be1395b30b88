import fc from 'fast-check';
import { compareUtf8 } from '../../lib/variant/compareUtf8.ts';

describe('compareUtf8', () => {
  it('orders strings as their UTF-8 bytes are ordered', () => {
    const unit = fc.constantFrom('a', 'é', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', '\u{10ffff}', '😀');
    const text = fc.oneof(fc.string({ unit, maxLength: 4 }), fc.string({ unit: 'binary' }));
    const property = fc.property(text, text, (one, other) => {
      const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
      return Math.sign(compareUtf8(one, other)) === bytes && Math.sign(compareUtf8(other, one)) === -bytes;
    });
    expect(() => fc.assert(property, { numRuns: 5000 })).not.toThrow();
  });
});
