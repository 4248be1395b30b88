import { asyncScheduler, interval, type SchedulerLike, type Subscription } from 'rxjs';
import type { Brake } from './brake.ts';

const TICK_MS = 20;

/** Bounds the number of records per second. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #brake: Brake;
  readonly #scheduler: SchedulerLike;
  /** The number of records that may be read now. */
  #left = 1;
  #at: number;

  /** @param perSecond the most records per second */
  constructor(perSecond: number, brake: Brake, scheduler: SchedulerLike = asyncScheduler) {
    this.#perSecond = perSecond;
    this.#brake = brake;
    this.#scheduler = scheduler;
    this.#at = scheduler.now();
  }

  /** Starts to let records through. */
  start(): Subscription {
    return interval(TICK_MS, this.#scheduler).subscribe(() => {
      const now = this.#scheduler.now();
      // What is not used is saved for a tenth of a second, so that a pause is not followed by a burst.
      const most = Math.max(1, this.#perSecond / 10);
      this.#left = Math.min(most, this.#left + ((now - this.#at) * this.#perSecond) / 1000);
      this.#at = now;
      this.#brake.set('rate', this.#left < 1);
    });
  }

  /** Counts a record. */
  take(): void {
    this.#left--;
    if (this.#left < 1) {
      this.#brake.set('rate', true);
    }
  }
}
