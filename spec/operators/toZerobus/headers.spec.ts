import { throwError } from 'rxjs';
import type { HeadersProvider } from '../../../lib/auth/headersProvider.ts';
import { cut, failed, numbers, records, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: headers', () => {
  /** A provider that counts its tokens. `renews` is its answer if a token is refused. */
  const provider = (renews: boolean): HeadersProvider & { readonly refused: string[] } => {
    let count = 0;
    const refused: string[] = [];
    return {
      refused,
      getHeaders: () => ({ authorization: `token ${++count}` }),
      invalidate: (headers) => {
        refused.push(headers['authorization'] ?? '');
        return renews;
      },
    };
  };
  const refusal = failed('UNAUTHENTICATED', 'token expired');

  it('requests headers for every connection', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('#', cut), server('o0|')], { headersProvider: provider(true) });
      expectObservable(operator(hot('(a|)', records))).toBe('10ms -0|', numbers);
      flush();
      expect(operator.seen.filter((line) => line.includes('token'))).toEqual(['0 token 1', '10 token 2']);
    });
  });

  it('requests headers once more, at once, if the provider has others, even for new grants', () => {
    for (const code of ['UNAUTHENTICATED', 'PERMISSION_DENIED'] as const) {
      world(({ hot, server, operatorTo, flush, expectObservable }) => {
        const headersProvider = provider(true);
        const operator = operatorTo([server('-#', failed(code, 'refused')), server('o-0|')], {
          headersProvider,
          recoveryRetries: 1,
        });
        expectObservable(operator(hot('(a|)', records))).toBe('---0|', numbers);
        flush();
        expect(headersProvider.refused).toEqual(['token 1']);
        expect(operator.seen.filter((line) => line.includes('token'))).toEqual(['0 token 1', '1 token 2']);
      });
    }
  });

  it('stops after one renewal: repeated_auth_rejection_stops_after_one_remint', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const headersProvider = provider(true);
      expectObservable(operatorTo([server('-#', refusal)], { headersProvider })(hot('a', records))).toBe(
        '--#',
        numbers,
        refusal,
      );
      flush();
      expect(headersProvider.refused).toEqual(['token 1', 'token 2']);
    });
  });

  it('fails at once if recovery is off, and invalidates the refused headers', () => {
    for (const options of [{ recovery: false }, { recoveryRetries: 0 }]) {
      world(({ hot, server, operatorTo, flush, expectObservable }) => {
        const headersProvider = provider(true);
        const operator = operatorTo([server('-#', refusal)], { headersProvider, ...options });
        expectObservable(operator(hot('a', records))).toBe('-#', numbers, refusal);
        flush();
        expect(headersProvider.refused).toEqual(['token 1']);
      });
    }
  });

  it('fails at once if the provider has no others', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      expectObservable(
        operatorTo([server('-#', refusal)], { headersProvider: provider(false) })(hot('a', records)),
      ).toBe('-#', numbers, refusal);
    });
  });

  it('renews again after durable progress, for a stream that outlives its tokens', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const expired = server('o0#', refusal);
      const operator = operatorTo([expired, expired, expired, server('o0|')], {
        headersProvider: provider(true),
        maxBatchRecords: 1,
      });
      expectObservable(operator(hot('(abcd|)', records))).toBe('-0-1-2-3|', numbers);
    });
  });

  it('renews again after a stream has opened, which proves that the service took the renewed headers', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const headersProvider = provider(true);
      const expired = server('o-#', refusal);
      const operator = operatorTo([server('-#', refusal), expired, server('o-0|')], { headersProvider });
      expectObservable(operator(hot('-----(a|)', records))).toBe('-----0|', numbers);
      flush();
      expect(headersProvider.refused).toEqual(['token 1', 'token 2']);
      expect(operator.seen.filter((line) => line.includes('token'))).toEqual(['0 token 1', '1 token 2', '3 token 3']);
    });
  });

  it('renews again while a record waits and no ack has come', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const expired = server('o-#', refusal);
      const operator = operatorTo([expired, expired, server('o-0|')], { headersProvider: provider(true) });
      expectObservable(operator(hot('(a|)', records))).toBe('------0|', numbers);
    });
  });

  it('ends if the service refuses renewed headers before it opens a stream with them', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const operator = operatorTo([server('o-#', refusal), server('-#', refusal)], {
        headersProvider: provider(true),
      });
      expectObservable(operator(hot('a', records))).toBe('---#', numbers, refusal);
    });
  });

  it('renews again if a broken connection hid whether the service took the renewed headers', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const headersProvider = provider(true);
      const operator = operatorTo([server('o-#', refusal), server('#', cut), server('#', refusal), server('o0|')], {
        headersProvider,
      });
      expectObservable(operator(hot('(a|)', records))).toBe('12ms -0|', numbers);
      flush();
      expect(headersProvider.refused).toEqual(['token 1', 'token 3']);
    });
  });

  it('ends if the service refuses all headers, whatever breaks in between', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const headersProvider = provider(true);
      const attempts = Array.from({ length: 20 }, () => [server('#', refusal), server('#', cut)]).flat();
      expectObservable(
        operatorTo([server('o#', refusal), server('#', cut), ...attempts], { headersProvider, recoveryRetries: 3 })(
          hot('a', records),
        ),
      ).toBe('101ms #', numbers, cut);
      flush();
      expect(headersProvider.refused).toEqual(['token 1', 'token 3', 'token 5', 'token 7']);
    });
  });

  it('waits longer and longer, and ends, if the service opens every stream and then refuses it', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o-#', refusal)], { headersProvider: provider(true), recoveryRetries: 3 });
      expectObservable(operator(hot('a', records))).toBe('40ms #', numbers, refusal);
      flush();
      expect(operator.seen.filter((line) => line.includes('token'))).toEqual([
        '0 token 1',
        '2 token 2',
        '4 token 3',
        '16 token 4',
        '38 token 5',
      ]);
    });
  });

  it('fails with the error of the provider', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const headersProvider: HeadersProvider = {
        getHeaders: () => throwError(() => new Error('vault sealed')),
      };
      const error = failed('HEADERS_PROVIDER_FAILED', 'The headers provider failed: vault sealed');
      expectObservable(operatorTo([server('o')], { headersProvider })(hot('a', records))).toBe('#', numbers, error);
    });
  });
});
