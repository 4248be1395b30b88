import type { Observable } from 'rxjs';

/** What a token endpoint answers. */
export interface TokenResponse {
  /** The bearer token. */
  readonly accessToken: string;
  /**
   * How long it lives in ms, counted from the request; left out where the endpoint did not say, such a token is not
   * cached.
   */
  readonly expiresInMs?: number;
}

/**
 * The port behind which tokens are fetched: cold, one request a subscription, cancelled by unsubscribing, one value.
 * Errors that are no `ZerobusError` become a retryable one.
 */
export type FetchToken = () => Observable<TokenResponse>;
