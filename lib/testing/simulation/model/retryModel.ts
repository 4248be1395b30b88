/** What must follow a failure: a retry, the end, or either, if the count of failures cannot be seen. */
export type Verdict = 'retry' | 'fail' | 'unknown';

/** How many failures of a stream count towards its retries. */
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

  /** What must follow a failure that may be retried, for a number of retries. */
  verdict(retries: number): Verdict {
    if (this.failures - this.#forgivenMost >= retries) {
      return 'fail';
    }
    return this.failures - this.#forgivenLeast >= retries ? 'unknown' : 'retry';
  }
}
