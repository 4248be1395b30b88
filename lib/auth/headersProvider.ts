import type { ObservableInput } from 'rxjs';
import type { StreamHeaders } from '../transport/transport.ts';

/**
 * The source of a stream's headers. It is called for every connection and reconnection, so that an expired token is
 * never sent again.
 */
export interface HeadersProvider {
  /**
   * Returns the headers of the next connection: directly, as a promise, or as an observable whose first value counts.
   * The observable is unsubscribed when the stream no longer needs them. Names may be in any case; values must be
   * printable ASCII.
   *
   * Any error becomes `HEADERS_PROVIDER_FAILED`, which is not retried. To be called again after a while, throw a
   * `ZerobusError` with a retryable code, e.g. `TOKEN_FETCH_FAILED`.
   */
  getHeaders(): StreamHeaders | ObservableInput<StreamHeaders>;

  /**
   * Called when the service has refused these headers (`UNAUTHENTICATED` or `PERMISSION_DENIED`), so that cached ones
   * can be dropped.
   *
   * @returns whether another call can return different headers; if so, the stream tries once more at once, unless its
   * recovery is off
   */
  invalidate?(headers: StreamHeaders): boolean;
}
