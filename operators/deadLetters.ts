import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';
import { checkFunction } from '../lib/errors/checkFunction.ts';
import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { checkScheduler } from '../lib/errors/checkScheduler.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import type { RecordPayload } from '../lib/errors/zerobusError.ts';
import { requiredFilePath } from '../lib/inputs/filePath.ts';
import { letterLines } from '../lib/letters/deadLetter.ts';
import { type Appended, DurableLines } from '../lib/letters/durableLines.ts';
import type { Rejection } from '../lib/stream/rejections.ts';

/** Options of {@link deadLetters}. */
export interface DeadLettersOptions<T = unknown> {
  /**
   * Returns what is written of a value that has no record, since it could not be serialized or `row` threw. It is
   * written as JSON if it has that form. Defaults to the value itself.
   */
  readonly value?: ((value: T) => unknown) | undefined;
  /** The scheduler whose time is written. Defaults to rxjs' `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

const optionNames: NamesOf<DeadLettersOptions> = { value: true, scheduler: true };

/**
 * Writes rejected records into a file, for the option `rejected`.
 *
 * <span class="informal">One JSON object per line, durable before the stream goes on behind the record.</span>
 *
 * Each line has the `time`, the `offset`, the `code`, the `reason` and the `schemaCauses` of a rejection, and its
 * `record`: JSON text unchanged, as a string, or bytes as `{ "base64": … }`. A batch is one line for each of its
 * records. If there is no record, `value` is the value of the source. {@link readDeadLetters} reads them back.
 *
 * Lines are appended. What it returns completes when its lines are durable (`fdatasync`), and rejections that arrive
 * together share one sync. The file is created with the first rejection, in a folder that must exist, and is open only
 * while it is written, so it can be moved away at any time. If it cannot be written, the stream ends with
 * `REJECTION_FAILED`, whose `cause` is the error of the file system. A record that was sent again after a crash may be
 * in the file twice. Streams may share the function.
 *
 * @example
 * ```ts
 * import { deadLetters, toZerobus } from 'rxjs-zerobus';
 *
 * readings$.pipe(toZerobus('main.iot.readings', { rejected: deadLetters('readings.dead.ndjson') })).subscribe();
 * ```
 *
 * @param path a path or a `file:` URL
 * @param options see {@link DeadLettersOptions}
 * @returns the function for the option `rejected`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the path or an option is malformed
 */
export function deadLetters<T = unknown>(
  path: string | URL,
  options: DeadLettersOptions<T> = {},
): (rejection: Rejection<T, RecordPayload | readonly RecordPayload[]>) => Observable<never> {
  const { file, value, scheduler } = readArguments('deadLetters', () => {
    const file = new DurableLines(requiredFilePath('deadLetters', path));
    checkNames('deadLetters', options, optionNames);
    const { value = (value: T): unknown => value, scheduler = asyncScheduler } = options;
    checkFunction('value', value, '(value) => … ');
    checkScheduler(scheduler);
    return { file, value, scheduler };
  });
  return (rejection) => {
    const text = letterLines(rejection, scheduler.now(), value as (value: unknown) => unknown);
    return new Observable((subscriber) => {
      const lines: Appended = {
        text,
        onDurable: () => subscriber.complete(),
        onError: (error) => subscriber.error(error),
      };
      file.append(lines);
      return () => file.remove(lines);
    });
  };
}
