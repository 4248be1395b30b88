import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';

/** An iterable or async iterable, such as a Node stream or a web stream. */
export type PullInput<T> = Iterable<T> | AsyncIterable<T>;

/** The most values of an iterable that are read without a turn of the event loop. */
const BURST = 65_536;

/**
 * Emits the values of an iterable or a stream, and stops reading while `paused$` is `true`.
 *
 * <span class="informal">`from`, with a brake.</span>
 *
 * At most one read is outstanding, and none starts while `paused$` is `true`. Unread values stay in the file, the
 * socket or the generator. An iterable is read synchronously, in bursts with a turn of the event loop between them. The
 * brake works through every synchronous operator between `pull` and the consumer. Operators with a buffer of their own
 * (`delay`, `observeOn`, `concatMap`) fill it in the meantime.
 *
 * Completes when the input ends. Errors if the input or `paused$` errors. Unsubscribing calls the `return()` method of
 * the iterator, which closes a stream. If an input can be iterated only once, the result can be subscribed to only
 * once.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { createInterface } from 'node:readline';
 * import { BehaviorSubject } from 'rxjs';
 * import { pull, toZerobus } from 'rxjs-zerobus';
 *
 * const paused$ = new BehaviorSubject(false);
 * const lines = createInterface({ input: createReadStream('readings.ndjson') });
 * pull(lines, paused$)
 *   .pipe(toZerobus('main.iot.readings', { backpressure: paused$ }))
 *   .subscribe();
 * ```
 *
 * @param input an iterable, an async iterable, a Node `Readable` or a web `ReadableStream`
 * @param paused$ pauses reading with `true` and resumes it with `false`; reading starts unless `true` is emitted at
 * once
 * @param scheduler schedules the next burst of an iterable's values. Defaults to rxjs' `asyncScheduler`
 * @returns an Observable of the values
 */
export function pull<T>(
  input: PullInput<T>,
  paused$: Observable<boolean>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<T> {
  return new Observable((subscriber) => {
    const isAsync = Symbol.asyncIterator in input;
    const iterator = isAsync ? input[Symbol.asyncIterator]() : input[Symbol.iterator]();
    let isPaused = false;
    /** Whether a read is outstanding or a burst is running, so that no other read may start. */
    let isReading = false;
    let hasEnded = false;

    const mayRead = (): boolean => !isPaused && !subscriber.closed;
    const fail = (error: unknown): void => {
      hasEnded = true;
      subscriber.error(error);
    };
    const take = (result: IteratorResult<T>): void => {
      if (result.done === true) {
        hasEnded = true;
        subscriber.complete();
      } else {
        subscriber.next(result.value);
      }
    };

    const readOne = (iterator: AsyncIterator<T>, readOn: () => void): void => {
      iterator.next().then((result) => {
        isReading = false;
        if (subscriber.closed) {
          return;
        }
        take(result);
        readOn();
      }, fail);
    };
    const readBurst = (iterator: Iterator<T>, readOn: () => void): void => {
      for (let count = 0; count < BURST && mayRead(); count++) {
        take(iterator.next());
      }
      isReading = false;
      if (mayRead()) {
        subscriber.add(scheduler.schedule(readOn));
      }
    };
    const read = (): void => {
      if (isReading || !mayRead()) {
        return;
      }
      isReading = true;
      try {
        if (isAsync) {
          readOne(iterator as AsyncIterator<T>, read);
        } else {
          readBurst(iterator as Iterator<T>, read);
        }
      } catch (error) {
        fail(error);
      }
    };

    subscriber.add(() => {
      // An iterator that has ended has cleaned up after itself. Errors of an iterator that is given up are ignored.
      if (!hasEnded) {
        Promise.resolve(iterator.return?.()).catch(() => {});
      }
    });
    subscriber.add(
      paused$.subscribe({
        next: (value) => {
          isPaused = value;
          read();
        },
        error: fail,
      }),
    );
    read();
  });
}
