import { asyncScheduler, Observable, type SchedulerLike, Subscription, type Unsubscribable } from 'rxjs';
import { checkScheduler } from '../lib/errors/checkScheduler.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import { checkReadable } from '../lib/inputs/checkInput.ts';
import { readerOf } from '../lib/inputs/readerOf.ts';
import { TimeSlice } from '../lib/inputs/timeSlice.ts';
import { monotonicNow } from '../lib/time/monotonicNow.ts';

/** An iterable or async iterable, such as a Node stream or a web stream. */
export type PullInput<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Emits the values of an iterable or a stream, and stops reading while `paused$` is `true`.
 *
 * <span class="informal">`from`, with a brake.</span>
 *
 * At most one read is outstanding, and none starts while `paused$` is `true`. Unread values stay in the file, the
 * socket or the generator. Values that are ready are read without a pause, for 15 milliseconds or 65,536 values at
 * most. Then the event loop gets a turn. The brake works through every synchronous operator between `pull` and the
 * consumer. Operators with a buffer of their own (`delay`, `observeOn`, `concatMap`) fill it in the meantime.
 *
 * Completes when the input ends. Errors if the input or `paused$` errors. Unsubscribing closes the input at once, even
 * if it is idle: a Node stream is destroyed, a web stream is canceled, and the `return()` method of any other iterator
 * is called. An async generator that waits for something closes after that. If an input can be iterated only once, the
 * result can be subscribed to only once.
 *
 * @example
 * ```ts
 * import { BehaviorSubject } from 'rxjs';
 * import { ndjson, pull, toZerobus } from 'rxjs-zerobus';
 *
 * const paused$ = new BehaviorSubject(false);
 * pull(ndjson('readings.ndjson'), paused$)
 *   .pipe(toZerobus('main.iot.readings', { backpressure: paused$ }))
 *   .subscribe();
 * ```
 *
 * @param input an iterable, an async iterable, a Node `Readable` or a web `ReadableStream`
 * @param paused$ pauses reading with `true` and resumes it with `false`; reading starts unless `true` is emitted at
 * once
 * @param scheduler schedules the turns of the event loop, and its clock bounds the time between them. Defaults to rxjs'
 * `asyncScheduler`
 * @returns an Observable of the values
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the input cannot be iterated, or is a readline interface, which
 * drops the lines that it reads before the subscription: use {@link ndjson} instead
 */
export function pull<T>(
  input: PullInput<T>,
  paused$: Observable<boolean>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<T> {
  readArguments('pull', () => {
    checkReadable(input);
    checkScheduler(scheduler);
  });
  return new Observable((subscriber) => {
    const slice = new TimeSlice(() => monotonicNow(scheduler));
    let isPaused = false;
    /** Whether a read is outstanding or a loop is running, so that no other read may start. */
    let isReading = false;
    let hasEnded = false;
    /** Whether nothing may be read before the event loop has had a turn. */
    let needsTurn = false;
    let isTurnDue = false;
    let turn: Unsubscribable | undefined;

    const mayRead = (): boolean => !isPaused && !needsTurn && !subscriber.closed;
    const fail = (error: unknown): void => {
      hasEnded = true;
      subscriber.error(error);
    };
    const reader = readerOf(input, fail);
    const take = (result: IteratorResult<T>): void => {
      if (result.done === true) {
        hasEnded = true;
        subscriber.complete();
      } else {
        subscriber.next(result.value);
      }
    };

    const onTurn = (): void => {
      // Lets go of the turn that is over.
      turn?.unsubscribe();
      isTurnDue = false;
      needsTurn = false;
      slice.start();
      read();
    };
    const takeTurn = (): void => {
      if (!isTurnDue && !subscriber.closed) {
        isTurnDue = true;
        turn = nextTurn(scheduler, onTurn);
      }
    };
    const onResult = (result: IteratorResult<T>): void => {
      isReading = false;
      if (!subscriber.closed) {
        take(result);
        read();
      }
    };
    const readLoop = (): void => {
      while (mayRead()) {
        if (slice.isOver()) {
          needsTurn = true;
          takeTurn();
          continue;
        }
        const result = reader.next();
        if (result === undefined) {
          reader.wait().then(onResult, fail);
          return;
        }
        take(result);
      }
      isReading = false;
    };
    const read = (): void => {
      if (isReading || !mayRead()) {
        return;
      }
      isReading = true;
      try {
        readLoop();
      } catch (error) {
        fail(error);
      }
    };

    subscriber.add(() => {
      turn?.unsubscribe();
      // An input that has ended has cleaned up after itself.
      if (!hasEnded) {
        reader.close();
      }
    });
    subscriber.add(
      paused$.subscribe({
        next: (value) => {
          isPaused = value;
          if (isPaused) {
            // The event loop has its turn in the pause, so that reading goes on at once after it.
            takeTurn();
          }
          read();
        },
        error: (error) => subscriber.error(error),
      }),
    );
    read();
  });
}

/**
 * Calls a function after a turn of the event loop. `asyncScheduler` waits for at least a millisecond, so an immediate
 * of Node runs ahead of it. In virtual time the scheduler comes first.
 */
function nextTurn(scheduler: SchedulerLike, work: () => void): Unsubscribable {
  if (scheduler !== asyncScheduler) {
    return scheduler.schedule(work);
  }
  const turn = new Subscription();
  const immediate = setImmediate(work);
  turn.add(() => clearImmediate(immediate));
  turn.add(scheduler.schedule(work));
  return turn;
}
