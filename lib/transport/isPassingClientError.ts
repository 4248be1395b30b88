/** Request Timeout and Too Many Requests: the only client errors that go away with time. */
const passingClientErrors: ReadonlySet<number> = new Set([408, 429]);

/** Whether an HTTP status is a client error (4xx) that goes away with time, so that a retry makes sense. */
export function isPassingClientError(status: number): boolean {
  return passingClientErrors.has(status);
}
