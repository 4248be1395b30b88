/** A failure that persists is reported again after this time, in ms. */
const REPORT_AGAIN_MS = 300_000;

/** Most messages that are remembered. */
const MOST_MESSAGES = 100;

/** Reports failures that repeat, such as those of a full disk: each once, and again every five minutes. */
export class FailureReport {
  readonly #onError: (error: Error) => void;
  /** When each message was last reported. */
  readonly #reported = new Map<string, number>();

  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  /** Reports the failure if that is due. */
  report(error: Error): void {
    const nowMs = Date.now();
    // Names of files in the message differ between attempts.
    const message = error.message.replaceAll(/[0-9a-f-]{8,}/g, '');
    const reportedMs = this.#reported.get(message);
    if (reportedMs !== undefined && nowMs - reportedMs < REPORT_AGAIN_MS) {
      return;
    }
    if (this.#reported.size >= MOST_MESSAGES) {
      this.#reported.clear();
    }
    this.#reported.set(message, nowMs);
    this.#onError(error);
  }
}
