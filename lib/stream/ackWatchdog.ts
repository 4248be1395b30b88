import type { SchedulerLike, Subscription } from 'rxjs';

/**
 * Barks when something has been in flight for too long with nothing becoming durable.
 *
 * Progress only notes the time: the timer is set again when it fires, not at every ack, and it runs only while
 * something is in flight.
 */
export class AckWatchdog {
  readonly #timeoutMs: number;
  readonly #scheduler: SchedulerLike;
  readonly #onTimeout: () => void;
  #progressAt = 0;
  #isInFlight = false;
  #timer: Subscription | undefined;

  /**
   * @param timeoutMs how long a lack of acks is borne, in milliseconds
   * @param onTimeout called once; the watchdog is then stopped
   */
  constructor(timeoutMs: number, scheduler: SchedulerLike, onTimeout: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#scheduler = scheduler;
    this.#onTimeout = onTimeout;
  }

  /** Something is about to be sent while nothing was in flight. */
  onFirstInFlight(): void {
    this.#progressAt = this.#scheduler.now();
    this.#isInFlight = true;
    if (this.#timer === undefined) {
      this.#arm(this.#timeoutMs);
    }
  }

  /** Something became durable; `isInFlight`: whether something else still is not. */
  onProgress(isInFlight: boolean): void {
    this.#progressAt = this.#scheduler.now();
    this.#isInFlight = isInFlight;
  }

  stop(): void {
    this.#timer?.unsubscribe();
  }

  #arm(delayMs: number): void {
    this.#timer = this.#scheduler.schedule(() => this.#onTimer(), delayMs);
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (!this.#isInFlight) {
      return;
    }
    const leftMs = this.#progressAt + this.#timeoutMs - this.#scheduler.now();
    if (leftMs > 0) {
      this.#arm(leftMs);
    } else {
      this.#onTimeout();
    }
  }
}
