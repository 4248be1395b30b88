import { type SchedulerLike, Subscription } from 'rxjs';
import { isVirtual } from './monotonicNow.ts';

/**
 * Schedules what happens if something has not arrived by a deadline.
 *
 * A process that was stopped, or whose event loop was blocked, runs its overdue timers before it reads its sockets.
 * What has arrived meanwhile is therefore read first: the deadline passes one turn of the event loop after its timer.
 * In virtual time it passes at once.
 *
 * @param delayMs the time until the deadline, in milliseconds
 * @param onDeadline called once, unless the returned subscription is unsubscribed before
 */
export function scheduleDeadline(scheduler: SchedulerLike, delayMs: number, onDeadline: () => void): Subscription {
  const deadline = new Subscription();
  const onTimer = (): void => {
    if (isVirtual(scheduler)) {
      onDeadline();
      return;
    }
    const turn = setImmediate(onDeadline);
    deadline.add(() => clearImmediate(turn));
  };
  deadline.add(scheduler.schedule(onTimer, delayMs));
  return deadline;
}
