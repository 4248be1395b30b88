import { writeFailure } from '../../lib/flush/writeFailure.ts';

describe('writeFailure', () => {
  const cases: Readonly<Record<string, string>> = {
    'Conversion Error: Could not convert string': 'rows',
    'Invalid Input Error: Malformed JSON': 'rows',
    'Out of Memory Error: could not allocate block': 'size',
    'IO Error: Could not write file: No space left on device': 'other',
    'Binder Error: Referenced column "x" not found': 'other',
    'Parser Error: syntax error at or near': 'other',
    'ENOSPC: no space left on device, write': 'other',
  };
  for (const [message, expected] of Object.entries(cases)) {
    it(`classifies ${JSON.stringify(message)} as ${expected}`, () => {
      expect(writeFailure(new Error(message))).toBe(expected as ReturnType<typeof writeFailure>);
    });
  }
});
