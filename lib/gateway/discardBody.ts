import type { IncomingMessage } from 'node:http';
import type { SchedulerLike } from 'rxjs';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';

/**
 * Reads what is left of the body of a request that is answered, and forgets it. If the connection was closed instead,
 * a client that is still sending would not see the answer.
 *
 * @param timeoutMs the time after which the connection is closed all the same, in milliseconds
 */
export function discardBody(request: IncomingMessage, scheduler: SchedulerLike, timeoutMs: number): void {
  if (request.readableEnded || request.destroyed) {
    return;
  }
  const deadline = scheduleDeadline(scheduler, timeoutMs, () => request.destroy());
  const stop = (): void => deadline.unsubscribe();
  request
    .on('error', () => {})
    .once('end', stop)
    .once('close', stop)
    .resume();
}
