import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { DropReport } from './dropReport.ts';
import type { EventReporter } from './eventReporter.ts';

/**
 * Reports that a stream has ended, and before that what it has dropped.
 *
 * @param isAbort returns whether an error is the reason of the signal
 */
export function reportEnd<T>(
  reporter: EventReporter,
  drops: DropReport | undefined,
  isAbort: (error: unknown) => boolean,
): MonoTypeOperatorFunction<T> {
  const report = (reason: 'completed' | 'cancelled'): void => {
    drops?.end();
    reporter.report({ kind: 'closed', reason });
  };
  return tap({
    error: (error) => {
      if (isAbort(error)) {
        report('cancelled');
      } else {
        drops?.end();
        reporter.onFailure(error);
      }
    },
    complete: () => report('completed'),
    unsubscribe: () => report('cancelled'),
  });
}
