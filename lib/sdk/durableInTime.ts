import type { SchedulerLike } from 'rxjs';
import { ZerobusError } from '../errors/zerobusError.ts';

/**
 * A promise of something becoming durable that does not wait for ever.
 *
 * @param timeoutMs after how many milliseconds it is rejected with `FLUSH_TIMEOUT`; what it waits for is not harmed
 * @param executor as of a promise
 */
export function durableInTime(
  timeoutMs: number,
  scheduler: SchedulerLike,
  executor: (resolve: () => void, reject: (error: unknown) => void) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const timer = scheduler.schedule(() => {
      reject(new ZerobusError('FLUSH_TIMEOUT', `Not everything became durable within ${timeoutMs} ms.`));
    }, timeoutMs);
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
