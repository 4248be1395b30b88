import type { Observable } from 'rxjs';

/** The response of a token endpoint. */
export interface TokenResponse {
  /** The bearer token. */
  readonly accessToken: string;
  /**
   * The lifetime in ms, counted from the request. A token without a lifetime is not cached. A longer
   * lifetime than 24 days counts as 24 days.
   */
  readonly expiresInMs?: number;
}

/**
 * Fetches a token: cold, one request per subscription, one value. Unsubscribing cancels the request. An error that is
 * not a `ZerobusError` becomes a retryable one.
 */
export type FetchToken = () => Observable<TokenResponse>;
