import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';

/** What can be pulled: iterables, async iterables (Node streams and web streams among them). */
export type PullInput<T> = Iterable<T> | AsyncIterable<T>;

/** After how many values of an iterable the event loop gets its turn, where `paused$` has not asked for it before. */
const BURST = 65_536;

/**
 * Emits what an iterable or a stream yields, and stops asking for more while it is told to pause.
 *
 * <span class="informal">`from`, with a brake.</span>
 *
 * There is one read outstanding at most, and none while `paused$` says `true`: what the consumer does not want stays
 * where it is, in the file, the socket or the generator. An iterable is read synchronously, in bursts with a turn of
 * the event loop between them. The brake works through every synchronous operator between here and the consumer;
 * operators with a buffer of their own (`delay`, `observeOn`, `concatMap`) fill it meanwhile.
 *
 * Completes when the input ends; errors with what the input throws. Unsubscribing calls the iterator's `return()`,
 * which closes a stream. An input that can be iterated only once can be subscribed to only once.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { createInterface } from 'node:readline';
 * import { BehaviorSubject, map } from 'rxjs';
 * import { pull, toZerobus } from 'rxjs-zerobus';
 *
 * const paused$ = new BehaviorSubject(false);
 * const lines = createInterface({ input: createReadStream('readings.ndjson') });
 * pull(lines, paused$).pipe(toZerobus('main.iot.readings', { backpressure: paused$ })).subscribe();
 * ```
 *
 * @param input an iterable, an async iterable, a Node `Readable` or a web `ReadableStream`
 * @param paused$ `true`: stop, `false`: go on; going on until it says otherwise
 * @param scheduler where a burst of an iterable's values is continued. Defaults to rxjs' `asyncScheduler`
 */
export function pull<T>(
  input: PullInput<T>,
  paused$: Observable<boolean>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<T> {
  return new Observable((subscriber) => {
    let isPaused = false;
    /** Whether a read is outstanding or a burst is under way: nobody else may start one. */
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

    const readBurst = (iterator: Iterator<T>): void => {
      for (let count = 0; count < BURST && mayRead(); count++) {
        take(iterator.next());
      }
      isReading = false;
      if (mayRead()) {
        subscriber.add(scheduler.schedule(read));
      }
    };
    const readOne = (iterator: AsyncIterator<T>): void => {
      iterator.next().then((result) => {
        isReading = false;
        if (subscriber.closed) {
          return;
        }
        take(result);
        read();
      }, fail);
    };
    const isAsync = Symbol.asyncIterator in input;
    const iterator = isAsync ? input[Symbol.asyncIterator]() : input[Symbol.iterator]();
    const read = (): void => {
      if (isReading || !mayRead()) {
        return;
      }
      isReading = true;
      try {
        if (isAsync) {
          readOne(iterator as AsyncIterator<T>);
        } else {
          readBurst(iterator as Iterator<T>);
        }
      } catch (error) {
        fail(error);
      }
    };

    subscriber.add(() => {
      // An iterator that ended by itself has cleaned up. What goes wrong in one that is given up concerns nobody any
      // more.
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
