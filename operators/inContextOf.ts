import { type Context, context } from '@opentelemetry/api';
import { type MonoTypeOperatorFunction, Observable, Subject, takeUntil } from 'rxjs';

/**
 * Makes the OpenTelemetry context of each value the active one while the value passes downstream, so that the span of
 * its batch is linked to it.
 *
 * It is for sources that carry contexts inside of their values, such as the headers of a broker's messages. Values that
 * are emitted within a span, such as that of a request, need no operator.
 *
 * @param contextOf returns the context of a value, or `undefined` to leave the active one. What it throws is the error
 * of the observable
 *
 * @example
 * ```ts
 * import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
 * import { Subject } from 'rxjs';
 * import { throughZerobus } from 'rxjs-zerobus';
 * import { inContextOf } from 'rxjs-zerobus/otel';
 *
 * const tracedMessages$ = new Subject<{ headers: Record<string, string>; reading: { device: string } }>();
 * tracedMessages$
 *   .pipe(
 *     inContextOf(({ headers }) => propagation.extract(ROOT_CONTEXT, headers)),
 *     throughZerobus('main.iot.readings', { row: ({ reading }) => reading }),
 *   )
 *   .subscribe();
 * ```
 */
export function inContextOf<T>(contextOf: (value: T) => Context | undefined): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      const stop$ = new Subject<void>();
      // Added before the subscription, so that a source that emits synchronously sees it too.
      subscriber.add(() => stop$.next());
      source.pipe(takeUntil(stop$)).subscribe({
        next: (value) => {
          let own: Context | undefined;
          try {
            own = contextOf(value);
          } catch (error) {
            subscriber.error(error);
            return;
          }
          if (own === undefined) {
            subscriber.next(value);
          } else {
            context.with(own, () => subscriber.next(value));
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
