import type { SchedulerLike } from 'rxjs';
import { ZerobusError } from '../errors/zerobusError.ts';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';

/**
 * Creates a promise that resolves when something is durable, with a timeout.
 *
 * @param timeoutMs the time in milliseconds after which the promise rejects with `FLUSH_TIMEOUT`. The stream goes on
 * @param executor starts waiting; called as the executor of a promise
 */
export function durableInTime(
  timeoutMs: number,
  scheduler: SchedulerLike,
  executor: (resolve: () => void, reject: (error: unknown) => void) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const timer = scheduleDeadline(scheduler, timeoutMs, () => {
      reject(
        new ZerobusError(
          'FLUSH_TIMEOUT',
          `Not everything became durable within ${timeoutMs} ms. Wait again, or raise flushTimeoutMs.`,
        ),
      );
    });
    executor(
      () => {
        timer.unsubscribe();
        resolve();
      },
      (error) => {
        timer.unsubscribe();
        reject(error);
      },
    );
  });
}
