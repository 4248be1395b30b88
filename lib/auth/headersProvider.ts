import type { ObservableInput } from 'rxjs';
import type { StreamHeaders } from '../transport/transport.ts';

/**
 * Where a stream's headers come from. Asked anew for every connection, also for every reconnection, so that a token
 * that has expired meanwhile is never sent again.
 */
export interface HeadersProvider {
  /**
   * The headers of the next connection: at once, by a promise, or by an observable whose first value counts. It is
   * unsubscribed where the stream no longer wants them. Names are taken in any case; texts must be printable ASCII.
   *
   * Whatever it throws or fails with becomes `HEADERS_PROVIDER_FAILED`, which is not retried; throw a `ZerobusError`
   * with a retryable code, e.g. `TOKEN_FETCH_FAILED`, to be asked again after a while.
   */
  getHeaders(): StreamHeaders | ObservableInput<StreamHeaders>;

  /**
   * Told that the service refused these headers (`UNAUTHENTICATED` or `PERMISSION_DENIED`), so that what was cached can
   * be dropped.
   *
   * @returns whether asking again can bring other headers; the stream then tries once more, at once, unless its
   * recovery is off
   */
  invalidate?(headers: StreamHeaders): boolean;
}
