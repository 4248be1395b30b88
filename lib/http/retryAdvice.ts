/**
 * Says when to send a request again, in one sentence.
 *
 * @param retryAfterMs the wait that the answer asks for in ms, if it names one
 */
export function retryAdvice(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? 'Try again later.' : `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
}
