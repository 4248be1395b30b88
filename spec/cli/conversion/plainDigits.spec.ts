import { plainDigits } from '../../../lib/cli/conversion/plainDigits.ts';

describe('plainDigits', () => {
  it('writes out an exponent, and leaves other text', () => {
    const texts = ['1e-7', '-1.25e-1', '12.5E+1', '1.25e1', '1e3', '-0.5e2', '7', '1.50', '1e999', 'x'];
    expect(texts.map(plainDigits)).toEqual([
      ...['0.0000001', '-0.125', '125', '12.5', '1000', '-050', '7', '1.50', '1e999', 'x'],
    ]);
  });
});
