import type { SchedulerLike } from 'rxjs';

/** Waits that can be ended: by time, by news, or by a signal. */
export class Wait {
  readonly #scheduler: SchedulerLike;
  #hasNews = false;
  #wake: (() => void) | undefined;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  /** Ends the wait that is running, or else the next one. */
  wake(): void {
    this.#hasNews = true;
    this.#wake?.();
  }

  /** Forgets news that came before. */
  clear(): void {
    this.#hasNews = false;
  }

  /**
   * Waits for news, or at most for some time.
   *
   * @param signal ends the wait when it aborts
   * @param ms the longest wait in milliseconds. Defaults to any time
   */
  forNews(signal: AbortSignal, ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#wake = undefined;
        this.#hasNews = false;
        timer?.unsubscribe();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = ms === undefined ? undefined : this.#scheduler.schedule(end, ms);
      signal.addEventListener('abort', end);
      this.#wake = end;
      if (this.#hasNews || signal.aborted) {
        end();
      }
    });
  }
}
