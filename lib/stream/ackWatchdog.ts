import type { SchedulerLike, Subscription } from 'rxjs';
import { monotonicNow } from '../time/monotonicNow.ts';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';

/**
 * Fires if something is in flight for too long and nothing becomes durable.
 *
 * Progress only records the time. The timer is set again when it fires, not at every ack, and it runs only while
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
   * @param timeoutMs the longest time without progress, in milliseconds
   * @param onTimeout called once; the watchdog has then stopped
   */
  constructor(timeoutMs: number, scheduler: SchedulerLike, onTimeout: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#scheduler = scheduler;
    this.#onTimeout = onTimeout;
  }

  /** Called before something is sent while nothing is in flight. */
  onFirstInFlight(): void {
    this.#progressAt = monotonicNow(this.#scheduler);
    this.#isInFlight = true;
    if (this.#timer === undefined) {
      this.#arm(this.#timeoutMs);
    }
  }

  /** Called after something becomes durable. `isInFlight` is whether something else is still in flight. */
  onProgress(isInFlight: boolean): void {
    this.#progressAt = monotonicNow(this.#scheduler);
    this.#isInFlight = isInFlight;
  }

  stop(): void {
    this.#timer?.unsubscribe();
  }

  #arm(delayMs: number): void {
    this.#timer = scheduleDeadline(this.#scheduler, delayMs, () => this.#onTimer());
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (!this.#isInFlight) {
      return;
    }
    const leftMs = this.#progressAt + this.#timeoutMs - monotonicNow(this.#scheduler);
    if (leftMs > 0) {
      this.#arm(Math.ceil(leftMs));
    } else {
      this.#onTimeout();
    }
  }
}
