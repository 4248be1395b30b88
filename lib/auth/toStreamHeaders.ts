import {
  catchError,
  defer,
  from,
  map,
  type Observable,
  type ObservableInput,
  observable,
  of,
  take,
  throwError,
  throwIfEmpty,
} from 'rxjs';
import { isZerobusError, ZerobusError } from '../errors/zerobusError.ts';
import { cleanCause } from '../secrets/cleanCause.ts';
import type { StreamHeaders } from '../transport/transport.ts';
import { checkStreamHeaders } from './checkStreamHeaders.ts';
import type { HeadersProvider } from './headersProvider.ts';

/**
 * Asks a provider, in whichever form it answers: cold, one value, checked and with names in lower case. Each
 * subscription asks anew; unsubscribing unsubscribes from the provider's observable.
 *
 * Errors: a `ZerobusError` of the provider's own passes as it is, and keeps its word on being retryable; everything
 * else, also a provider that emits nothing or headers that cannot be sent, becomes `HEADERS_PROVIDER_FAILED`, not
 * retryable.
 *
 * @param provider whose headers the next connection is to carry
 */
export function toStreamHeaders(provider: HeadersProvider): Observable<StreamHeaders> {
  return defer(() => {
    const answer = provider.getHeaders();
    return isObservableInput(answer) ? from(answer) : of(answer);
  }).pipe(
    take(1),
    throwIfEmpty(() => new Error('it emitted no headers')),
    map(checkStreamHeaders),
    catchError((error: unknown) => throwError(() => (isZerobusError(error) ? error : failed(error)))),
  );
}

/**
 * Headers hold texts only, so a function under one of these names tells an input of rxjs apart from them; a header that
 * is called `then` does no harm.
 */
function isObservableInput(
  answer: StreamHeaders | ObservableInput<StreamHeaders>,
): answer is ObservableInput<StreamHeaders> {
  if (typeof answer !== 'object' || answer === null) {
    return false;
  }
  const methods = ['then', 'subscribe', 'getReader', Symbol.iterator, Symbol.asyncIterator, observable];
  return methods.some((method) => typeof Reflect.get(answer, method) === 'function');
}

function failed(error: unknown): ZerobusError {
  const cause = cleanCause(error);
  return new ZerobusError('HEADERS_PROVIDER_FAILED', `The headers provider failed: ${cause.message}`, { cause });
}
