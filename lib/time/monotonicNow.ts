import type { SchedulerLike } from 'rxjs';

/**
 * Returns the time of a scheduler in milliseconds, for measuring intervals only: it does not jump if the clock of the
 * machine is set.
 *
 * The schedulers of rxjs read `Date.now()`. For these it returns `performance.now()` instead. For a scheduler with a
 * time of its own, such as a `TestScheduler`, it returns that time.
 */
export function monotonicNow(scheduler: SchedulerLike): number {
  return readClock(scheduler) ?? performance.now();
}

/** Whether the time of a scheduler is its own, not that of the machine. */
export function isVirtual(scheduler: SchedulerLike): boolean {
  return readClock(scheduler) !== undefined;
}

/**
 * Returns the time of a scheduler, or `undefined` if it is that of the machine. Read each time, because a
 * `TestScheduler` that runs replaces the time of rxjs' own schedulers meanwhile.
 */
function readClock(scheduler: SchedulerLike): number | undefined {
  const before = Date.now();
  const now = scheduler.now();
  return now === before || (now > before && now <= Date.now()) ? undefined : now;
}
