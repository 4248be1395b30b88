import { parseRetryAfter } from '../../../lib/http/parseRetryAfter.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

/** The headers `retry-after` and `date`, one in each line. */
export const retryAfterTarget: FuzzTarget = {
  name: 'retryAfter',
  seeds: ['120', '1.5', 'Wed, 21 Oct 2026 07:28:00 GMT\nWed, 21 Oct 2026 07:27:00 GMT', '-1', 'Infinity'],
  words: ['Wed, ', ' GMT', '\n', '.', '9'],
  isTyped: () => false,
  read: (input) => {
    const [retryAfter = '', date = ''] = input.toString('latin1').split('\n');
    const waitMs = parseRetryAfter({ retryAfter, date }, 0);
    expectRight(waitMs === undefined || (waitMs >= 0 && waitMs <= 60_000), `the wait is ${waitMs}`);
  },
};
