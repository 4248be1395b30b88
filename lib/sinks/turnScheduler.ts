import { asapScheduler, type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';

/**
 * Schedules work for the next turn of the event loop.
 *
 * The streams of Node.js and the web hand over each chunk in a microtask of its own. With rxjs' `asapScheduler`, each
 * record would leave in a batch of its own.
 */
export const turnScheduler: SchedulerLike = {
  now: () => asapScheduler.now(),
  schedule<T>(work: (this: SchedulerAction<T>, state: T) => void, _delay?: number, state?: T): Subscription {
    const action = new Subscription() as SchedulerAction<T>;
    const turn = setImmediate(() => work.call(action, state as T));
    action.add(() => clearImmediate(turn));
    return action;
  },
};
