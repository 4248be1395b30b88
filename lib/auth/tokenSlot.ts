/**
 * A token is refreshed this long before it expires, so that a stream never opens with a token that expires on the way.
 */
const REFRESH_EARLY_MS = 5 * 60_000;

/** After a failed refresh, the cached token is used for this long before the next refresh. */
const REFRESH_BACKOFF_MS = 5_000;

interface CachedToken {
  readonly text: string;
  readonly expiresAtMs: number;
  readonly refreshAtMs: number;
}

/** When a token was requested and how long it lives. */
export interface TokenLifetime {
  /**
   * When the request began, in ms of a clock that is never set. The endpoint's clock started no earlier, so this is the
   * safe side.
   */
  readonly requestedAtMs: number;
  /** The lifetime in ms. */
  readonly expiresInMs: number;
}

/** The cached token of one key, and the rules for it. Plain state: the caller passes the time. */
export class TokenSlot {
  #token: CachedToken | undefined;
  #backoffUntilMs: number = Number.NEGATIVE_INFINITY;

  /** The token if no refresh is due: it is fresh, or it is valid and a refresh has just failed. */
  settled(nowMs: number): string | undefined {
    const token = this.#token;
    if (token === undefined || nowMs >= token.expiresAtMs) {
      return undefined;
    }
    return nowMs < token.refreshAtMs || nowMs < this.#backoffUntilMs ? token.text : undefined;
  }

  /** The token if it has not expired, even if a refresh is due. */
  valid(nowMs: number): string | undefined {
    return this.#token !== undefined && nowMs < this.#token.expiresAtMs ? this.#token.text : undefined;
  }

  /**
   * Stores a token, unless it has already expired. In that case the previous token stays.
   *
   * A refresh is due five minutes before the token expires, or at half of its lifetime if that is shorter, so that
   * short-lived tokens are also used more than once.
   *
   * @returns whether the token is valid
   */
  install(text: string, { requestedAtMs, expiresInMs }: TokenLifetime, nowMs: number): boolean {
    const expiresAtMs = requestedAtMs + expiresInMs;
    if (nowMs >= expiresAtMs) {
      return false;
    }
    this.#token = { text, expiresAtMs, refreshAtMs: expiresAtMs - Math.min(REFRESH_EARLY_MS, expiresInMs / 2) };
    this.#backoffUntilMs = Number.NEGATIVE_INFINITY;
    return true;
  }

  /**
   * Records a failed refresh.
   *
   * @param retryAfterMs the wait that the endpoint asks for, in ms
   */
  backOff(nowMs: number, retryAfterMs: number = 0): void {
    this.#backoffUntilMs = nowMs + Math.max(REFRESH_BACKOFF_MS, retryAfterMs);
  }

  /** Drops the token if it is this one. The late rejection of an older token must not drop its successor. */
  invalidate(text: string): void {
    if (this.#token?.text === text) {
      this.#token = undefined;
    }
  }
}
