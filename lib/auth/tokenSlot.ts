/** A token is replaced this long before it expires, so that a stream never opens with one that dies on the way. */
const REFRESH_EARLY_MS = 5 * 60_000;

/** After a refresh that failed, the token at hand is served this long before another refresh is tried. */
const REFRESH_BACKOFF_MS = 5_000;

interface CachedToken {
  readonly text: string;
  readonly expiresAtMs: number;
  readonly refreshAtMs: number;
}

/** When a token was asked for and how long it lives. */
export interface TokenLifetime {
  /**
   * When its request began, in ms of the scheduler's clock. The endpoint's clock started no earlier, so this errs to
   * the safe side.
   */
  readonly requestedAtMs: number;
  /** How long it lives in ms. */
  readonly expiresInMs: number;
}

/** The one cached token of a cache key and the rules for it: plain state, told the time by its caller. */
export class TokenSlot {
  #token: CachedToken | undefined;
  #backoffUntilMs: number = Number.NEGATIVE_INFINITY;

  /** The token where no refresh is due: it is fresh, or it is valid and a refresh has failed a moment ago. */
  settled(nowMs: number): string | undefined {
    const token = this.#token;
    if (token === undefined || nowMs >= token.expiresAtMs) {
      return undefined;
    }
    return nowMs < token.refreshAtMs || nowMs < this.#backoffUntilMs ? token.text : undefined;
  }

  /** The token where it has not expired, refresh due or not. */
  valid(nowMs: number): string | undefined {
    return this.#token !== undefined && nowMs < this.#token.expiresAtMs ? this.#token.text : undefined;
  }

  /**
   * Takes a token in, unless it is dead on arrival: then what was there stays.
   *
   * A refresh is due five minutes before the end, or at half of the life where that is shorter, so that short-lived
   * tokens are used more than once too.
   *
   * @returns whether the token is alive
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

  /** Notes that a refresh failed. */
  backOff(nowMs: number): void {
    this.#backoffUntilMs = nowMs + REFRESH_BACKOFF_MS;
  }

  /** Drops the token where it is this one: the late rejection of an older token must not drop its successor. */
  invalidate(text: string): void {
    if (this.#token?.text === text) {
      this.#token = undefined;
    }
  }
}
