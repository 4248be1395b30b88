import type { ZerobusError } from '../../../errors/zerobusError.ts';
import type { SimulatedLimits } from '../plan/simulatedLimits.ts';
import type { ModelContext } from './modelContext.ts';
import type { Next } from './next.ts';

/** How many failures of a stream count towards its retries, and what must follow each. */
export class RetryModel {
  /** The number of failures in a row. */
  failures = 0;
  /**
   * The least and the most of these failures that do not count, since the stream had nothing to send and other streams
   * have made progress.
   */
  #forgivenLeast = 0;
  #forgivenMost = 0;
  #progressAtFailure = 0;

  onProgress(): void {
    this.failures = 0;
    this.#forgivenLeast = 0;
    this.#forgivenMost = 0;
  }

  /**
   * Forgives the failures before this one if the stream is idle, and there was progress since the last one.
   *
   * @param progress the count of the progress of all streams
   * @param isIdle returns whether the stream has nothing to send, or `undefined` if that cannot be seen
   */
  onFailure(progress: number, isIdle: () => boolean | undefined): void {
    const forgives = progress === this.#progressAtFailure ? false : isIdle();
    this.#progressAtFailure = progress;
    if (forgives !== false) {
      this.#forgivenMost = this.failures;
      this.#forgivenLeast = forgives === true ? this.failures : this.#forgivenLeast;
    }
  }

  /** What must follow a failure: a retry, the end, or either, if the count of failures cannot be seen. */
  next(error: ZerobusError, { recovery, recoveryRetries }: SimulatedLimits): Next {
    const leastMs = error.retryAfterMs ?? 0;
    if (!recovery || !error.isRetryable || this.failures - this.#forgivenMost >= recoveryRetries) {
      return { kind: 'fail', code: error.code };
    }
    if (this.failures - this.#forgivenLeast >= recoveryRetries) {
      return { kind: 'unknown', isRefusal: false, leastMs };
    }
    this.failures++;
    return { kind: 'retry', attempt: this.failures, leastMs };
  }
}

/** Checks the wait before a retry, to the millisecond. */
export function checkWait(
  { findings, limits, lastRandom }: ModelContext,
  attempt: number,
  waitMs: number,
  leastMs: number,
): void {
  const ceiling = Math.min(limits.recoveryBackoffMaxMs, limits.recoveryBackoffMs * 2 ** (attempt - 1));
  const wait = Math.max(Math.floor(lastRandom() * ceiling), leastMs);
  findings.check(waitMs === wait, 'backoff', () => `retry ${attempt} waits ${waitMs} ms, not ${wait}`);
}
