/** A longer wait would look like a pipeline that hangs. The next answer may ask for another wait. */
export const MAX_RETRY_AFTER_MS = 60_000;

/** The headers that say when to ask again. Empty if a response does not have them. */
export interface RetryAfterHeaders {
  /** `retry-after`: seconds, or a date (RFC 9110, 10.2.3). */
  readonly retryAfter: string;
  /** `date`: the time of the server that answered. */
  readonly date: string;
}

/**
 * Returns the time to wait before the next request. A date is compared with that of the response, because the clocks of
 * server and client may differ.
 *
 * @param nowMs the time of the client, in ms since 1970, if the response has no date. Defaults to the current time
 * @returns the time in ms, from 0 to {@link MAX_RETRY_AFTER_MS}, or `undefined` if the response does not name one
 */
export function parseRetryAfter(
  { retryAfter, date }: RetryAfterHeaders,
  nowMs: number = Date.now(),
): number | undefined {
  const text = retryAfter.trim();
  const sentAtMs = Date.parse(date);
  // `Date.parse` reads numbers such as -1 as years. Dates of HTTP begin with the name of a day.
  const waitMs = /^\d+(?:\.\d+)?$/.test(text)
    ? Math.ceil(Number(text) * 1000)
    : /^[a-z]{3}/i.test(text)
      ? Date.parse(text) - (Number.isNaN(sentAtMs) ? nowMs : sentAtMs)
      : Number.NaN;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}
