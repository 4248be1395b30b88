import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { firstValueFrom, of } from 'rxjs';
import type { HeadersProvider } from '../../lib/auth/headersProvider.ts';
import { toStreamHeaders } from '../../lib/auth/toStreamHeaders.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { StreamHeaders } from '../../lib/transport/transport.ts';
import { marbles } from '../support/marbles.ts';

const headers = { authorization: 'Bearer hush', 'x-databricks-zerobus-table-name': 'main.iot.readings' };

/** A provider whose answer may violate its type, since not every caller has types. */
function answering(answer: () => unknown): HeadersProvider {
  return { getHeaders: answer as () => StreamHeaders };
}

async function failureOf(provider: HeadersProvider): Promise<ZerobusError> {
  const error: unknown = await firstValueFrom(toStreamHeaders(provider)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ZerobusError);
  return error as ZerobusError;
}

describe('toStreamHeaders', () => {
  const answers: readonly [string, () => unknown][] = [
    ['a value', () => headers],
    ['a promise', () => Promise.resolve(headers)],
    ['an async function', async () => headers],
    ['an observable', () => of(headers)],
    ['an iterable', () => [headers]],
    ['an async iterable', () => Readable.from([headers])],
    ['a web stream', () => Readable.toWeb(Readable.from([headers]))],
    ['a thenable', () => Object.fromEntries([['then', (resolve: (value: unknown) => void) => resolve(headers)]])],
  ];
  for (const [what, answer] of answers) {
    it(`takes the headers from ${what}`, async () => {
      expect(await firstValueFrom(toStreamHeaders(answering(answer)))).toEqual(headers);
    });
  }

  it('takes the first value of an observable and unsubscribes', () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a-b-|', { a: { a: '1' }, b: { b: '2' } });
      expectObservable(toStreamHeaders({ getHeaders: () => source })).toBe('--(a|)', { a: { a: '1' } });
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('unsubscribes from the provider when the stream unsubscribes', () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-----a|');
      expectObservable(toStreamHeaders(answering(() => source)), '^-!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('calls the provider at each subscription and not before', () => {
    marbles().run(({ expectObservable, flush }) => {
      let count = 0;
      const headers$ = toStreamHeaders({ getHeaders: () => ({ count: String(++count) }) });
      expect(count).toBe(0);
      expectObservable(headers$).toBe('(a|)', { a: { count: '1' } });
      expectObservable(headers$, '-^').toBe('-(b|)', { b: { count: '2' } });
      flush();
    });
  });

  it('keeps `this` of a provider that is a class instance', async () => {
    class Provider implements HeadersProvider {
      readonly #token = 't';
      getHeaders(): StreamHeaders {
        return { authorization: this.#token };
      }
    }
    expect(await firstValueFrom(toStreamHeaders(new Provider()))).toEqual({ authorization: 't' });
  });

  it('writes names in lower case, and takes any name that HTTP/2 takes', async () => {
    const answer = JSON.parse('{"Authorization":"w","then":"x","__proto__":"y","empty":""}');
    const taken = await firstValueFrom(toStreamHeaders(answering(() => answer)));
    expect(Object.entries(taken)).toEqual([
      ['authorization', 'w'],
      ['then', 'x'],
      ['__proto__', 'y'],
      ['empty', ''],
    ]);
  });

  it('passes a ZerobusError on, retryable or not', () => {
    marbles().run(({ cold, expectObservable }) => {
      const error = new ZerobusError('TOKEN_FETCH_FAILED', 'the vault is sealed');
      expectObservable(toStreamHeaders(answering(() => cold('-#', undefined, error)))).toBe('-#', undefined, error);
    });
  });

  it('turns anything that a provider throws, at once or later, into a clean error', async () => {
    const foreign = Object.assign(new TypeError('no answer for Bearer hush', { cause: new Error('Basic aHVzaA==') }), {
      code: 'ECONNRESET',
      config: { headers: { authorization: 'Bearer hush' } },
    });
    for (const answer of [
      () => {
        throw foreign;
      },
      () => Promise.reject(foreign),
    ]) {
      const error = await failureOf(answering(answer));
      expect([error.code, error.isRetryable]).toEqual(['HEADERS_PROVIDER_FAILED', false]);
      expect(error.message).toBe('The headers provider failed: no answer for Bearer [secret]');
      const cause = error.cause as Error & { code?: string };
      expect([cause.name, cause.code, cause.message]).toEqual([
        'TypeError',
        'ECONNRESET',
        'no answer for Bearer [secret]',
      ]);
      expect(cause.stack).toContain('toStreamHeaders.spec');
      expect((cause.cause as Error).message).toBe('Basic [secret]');
      const printed = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error)].join(
        '\n',
      );
      expect(printed).not.toContain('hush');
      expect(printed).not.toContain('aHVzaA');
    }
  });

  const wrong: readonly [string, () => unknown, string][] = [
    ['nothing', () => undefined, 'The headers must be an object of names and strings.'],
    ['null', () => null, 'The headers must be an object of names and strings.'],
    ['a text', () => 'Bearer hush', 'The headers must be an object of names and strings.'],
    ['a Map', () => new Map(Object.entries(headers)), 'The headers must be an object of names and strings.'],
    ['an empty observable', () => of(), 'It emitted no headers.'],
    ['a thrown text', () => Promise.reject('sealed'), 'sealed'],
    ['a thrown object', () => Promise.reject({ token: 'hush' }), 'a thrown value of type object'],
    ['a thrown nothing', () => Promise.reject(null), 'a thrown value of type null'],
    ['a number', () => ({ authorization: 7 }), 'The value of "authorization" must be a string, got number.'],
    [
      'a token with a line break',
      () => ({ authorization: 'Bearer hush\n' }),
      'The value of "authorization" must consist of printable ASCII characters.',
    ],
    [
      'a name with a blank',
      () => ({ 'my header': 'x' }),
      '"my header" is not a valid header name. Use letters, digits, "_", "." and "-".',
    ],
    [
      'a pseudo-header',
      () => ({ ':path': 'x' }),
      '":path" is not a valid header name. Use letters, digits, "_", "." and "-".',
    ],
    ['an empty name', () => ({ '': 'x' }), '"" is not a valid header name. Use letters, digits, "_", "." and "-".'],
    [
      'a binary header',
      () => ({ 'trace-bin': 'x' }),
      '"trace-bin" is a header with a binary value, which is not supported. Use a name that does not end with -bin.',
    ],
    [
      'a header of gRPC',
      () => ({ 'grpc-timeout': '1S' }),
      '"grpc-timeout" is reserved for the connection itself. Omit it.',
    ],
    [
      'a header of the connection',
      () => ({ Connection: 'close' }),
      '"connection" is reserved for the connection itself. Omit it.',
    ],
    [
      'a header twice',
      () => ({ Authorization: 'a', authorization: 'b' }),
      '"authorization" is given twice. Omit one of them.',
    ],
  ];
  for (const [what, answer, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const error = await failureOf(answering(answer));
      expect(error.code).toBe('HEADERS_PROVIDER_FAILED');
      expect(error.message).toBe(`The headers provider failed: ${message}`);
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hush');
    });
  }
});
