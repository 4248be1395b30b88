/** A `Date` header has whole seconds, and its answer takes some time. A smaller difference is none. */
const EXACT_MS = 5000;

let aheadMs = 0;

/** Now by the clock of the server, in milliseconds since 1970-01-01. That of the browser may be another one. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

/** Sets the clock by the `Date` header of an answer. */
export function setServerTime(date: string | null): void {
  const difference = Date.parse(date ?? '') - Date.now();
  if (!Number.isNaN(difference)) {
    aheadMs = Math.abs(difference) < EXACT_MS ? 0 : difference;
  }
}
