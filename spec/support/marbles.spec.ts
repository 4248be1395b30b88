import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { comparable, marbles } from './marbles.ts';

describe('marbles', () => {
  const gone = new ZerobusError('UNAVAILABLE', 'gone');
  const others: readonly [string, Error][] = [
    ['class', new Error('gone')],
    ['code', new ZerobusError('INTERNAL', 'gone')],
    ['message', new ZerobusError('UNAVAILABLE', 'away')],
    ['isRetryable', new ZerobusError('UNAVAILABLE', 'gone', { isRetryable: false })],
    ['schemaCauses', new ZerobusError('UNAVAILABLE', 'gone', { schemaCauses: ['FIELD_NOT_IN_TABLE'] })],
  ];

  function failure(error: Error): unknown {
    return comparable([{ frame: 1, notification: { kind: 'E', value: undefined, error } }]);
  }

  function emission(value: Error): unknown {
    return comparable([{ frame: 1, notification: { kind: 'N', value, error: undefined } }]);
  }

  it('takes two errors that agree in all that counts for equal', () => {
    const twin = new ZerobusError('UNAVAILABLE', 'gone');
    expect(failure(twin)).toEqual(failure(gone));
    expect(emission(twin)).toEqual(emission(gone));
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-#', { a: gone }, gone);
      expectObservable(source).toBe('-a-#', { a: twin }, twin);
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  for (const [what, other] of others) {
    it(`tells errors of another ${what} apart`, () => {
      expect(failure(other)).not.toEqual(failure(gone));
      expect(emission(other)).not.toEqual(emission(gone));
    });
  }
});
