import { noFindings } from '../findings.ts';
import { compact, report } from './report.ts';

describe('The report of a chaos', () => {
  it('has a row for each kind and one for all, what was interrupted, and the problems', () => {
    const kills = { ...noFindings(), runs: 1, faults: 1000, sent: 5, lost: 1, problems: ['kills 0: a row is lost.'] };
    kills.interrupted.set('a checkpoint', 12);
    const text = compact(
      report(
        new Map([
          ['kills', kills],
          ['reset', { ...noFindings(), runs: 2, sent: 3 }],
        ]),
      ),
    );
    expect(text).toContain('| kills | 1 | 1,000 | 5 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 1 |');
    expect(text).toContain('| reset | 2 | 0 | 3 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |');
    expect(text).toContain('| all | 3 | 1,000 | 8 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 1 |');
    expect(text).toContain('| a checkpoint | 12 |');
    expect(text).toContain('- kills 0: a row is lost.');
  });
});
