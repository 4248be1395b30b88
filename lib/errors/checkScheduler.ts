import type { SchedulerLike } from 'rxjs';
import { ZerobusError } from './zerobusError.ts';

/**
 * Checks that an option is a scheduler of rxjs.
 *
 * @param scheduler the option as the caller gave it, or `undefined`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is something else
 */
export function checkScheduler(scheduler: SchedulerLike | undefined): void {
  const isScheduler = typeof scheduler?.schedule === 'function' && typeof scheduler.now === 'function';
  if (scheduler !== undefined && !isScheduler) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      'scheduler must be a scheduler of rxjs: pass asyncScheduler, or a TestScheduler in specs.',
    );
  }
}
