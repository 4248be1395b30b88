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
 * Calls a provider and returns its headers in one form: cold, one value, checked, with names in lower case. Each
 * subscription calls the provider again. Unsubscribing unsubscribes from the provider's observable.
 *
 * A `ZerobusError` of the provider passes unchanged, and stays retryable or not. Every other error becomes
 * `HEADERS_PROVIDER_FAILED`, which is not retryable. This includes a provider that emits nothing, and headers that
 * cannot be sent.
 *
 * @param provider the provider of the headers of the next connection
 */
export function toStreamHeaders(provider: HeadersProvider): Observable<StreamHeaders> {
  return defer(() => {
    const answer = provider.getHeaders();
    return isObservableInput(answer) ? from(answer) : of(answer);
  }).pipe(
    take(1),
    throwIfEmpty(() => new Error('It emitted no headers.')),
    map(checkStreamHeaders),
    catchError((error: unknown) => throwError(() => (isZerobusError(error) ? error : failed(error)))),
  );
}

/**
 * Header values are strings, so a function under one of these names means that the answer is an input of rxjs. A header
 * called `then` does no harm.
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
