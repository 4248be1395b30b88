import { type Observable, Subject, type Subscriber, takeUntil } from 'rxjs';
import { endSentence } from '../errors/endSentence.ts';
import { reasonOf } from '../errors/reasonOf.ts';
import { isZerobusError, type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import type { Ingestion } from './ingestion.ts';
import type { ZerobusRecord } from './streamTable.ts';

/** What takes the values of a source: an {@link Ingestion}, or several. */
export type SourceIngestion = Pick<
  Ingestion<ZerobusRecord>,
  'events$' | 'nextOffset' | 'mayDrop' | 'admit' | 'add' | 'skip' | 'reject' | 'close' | 'fail' | 'failure' | 'isAbort'
>;

/** What an operator does with the values of its source, and with the watermark. */
export interface SourceForm<T> {
  /** Returns the record of a value. What it throws rejects the value. */
  readonly toRecord: (value: T) => ZerobusRecord | undefined;
  /** Whether a value whose record is `undefined` has none. Otherwise it is refused. */
  readonly skipsUndefined: boolean;
  /** Called with each value before it gets an offset, unless it is dropped. */
  readonly onValue?: ((value: T) => void) | undefined;
  /** Called with each durable watermark. */
  readonly onDurable: (watermark: number) => void;
  /**
   * Adds what is handed back to the error of the stream.
   *
   * @param refused the record that ended the stream, if it could be serialized
   */
  readonly handBack: (failure: ZerobusError, refused: readonly RecordPayload[]) => unknown;
}

/** The reason a stream ends before its source has completed. */
interface Ending {
  readonly error: unknown;
  /** The error of a value that was refused. */
  readonly refusal?: ZerobusError;
}

/**
 * Subscribes to a source, and makes its values durable. This is the shell that the operators share.
 *
 * If the source errors, or a value is refused, everything before it becomes durable first.
 */
export function ingestSource<T>(
  source: Observable<T>,
  ingestion: SourceIngestion,
  subscriber: Subscriber<unknown>,
  { toRecord, skipsUndefined, onValue, onDurable, handBack }: SourceForm<T>,
): void {
  /** Forwarded once everything before it is durable: the error of the source, or of a value that was refused. */
  let ending: Ending | undefined;
  const stop$ = new Subject<void>();
  const { mayDrop } = ingestion;

  const failure = (error: unknown): unknown => {
    if (ingestion.isAbort(error)) {
      return error;
    }
    const reported = ingestion.failure(error);
    return ending === undefined
      ? handBack(reported, [])
      : handBack(reported.with({ sourceError: ending.error }), ending.refusal?.unacked ?? []);
  };
  const complete = (): void => {
    if (ending === undefined) {
      subscriber.complete();
    } else {
      subscriber.error(ending.refusal === undefined ? ending.error : handBack(ending.refusal, []));
    }
  };

  // Added before any subscription, so that a source that emits synchronously sees it too.
  subscriber.add(() => stop$.next());
  subscriber.add(
    ingestion.events$.subscribe({
      next: (event) => {
        if (event.kind === 'durable') {
          onDurable(event.offset);
        }
      },
      error: (error) => subscriber.error(failure(error)),
      complete,
    }),
  );
  if (subscriber.closed) {
    return;
  }

  source.pipe(takeUntil(stop$)).subscribe({
    next: (value) => {
      if (ending !== undefined || (mayDrop && !admits(ingestion))) {
        return;
      }
      const offset = ingestion.nextOffset;
      onValue?.(value);
      try {
        const record = toRecord(value);
        if (record === undefined && skipsUndefined) {
          ingestion.skip();
        } else {
          ingestion.add(record as ZerobusRecord);
        }
      } catch (error) {
        const refusal = rejectedBy(error, offset, ingestion);
        if (refusal !== undefined) {
          const placed = refusal.with({ offset });
          ending = { error: placed, refusal: placed };
          stop$.next();
        }
      }
    },
    error: (error) => {
      ending = { error };
      ingestion.close();
    },
    complete: () => {
      if (!subscriber.closed) {
        ingestion.close();
      }
    },
  });
}

/** Returns whether there is room for the next value. An error, such as of an observer, fails the stream. */
function admits(ingestion: SourceIngestion): boolean {
  try {
    return ingestion.admit();
  } catch (error) {
    ingestion.fail(error);
    return false;
  }
}

/**
 * Rejects the value for which an error was thrown, or fails the stream.
 *
 * @param offset the next offset before the value
 * @returns the reason to end the stream once everything before the value is durable, or `undefined`
 */
function rejectedBy(error: unknown, offset: number, ingestion: SourceIngestion): ZerobusError | undefined {
  const known = isZerobusError(error) ? error : undefined;
  // Something else has thrown after the record was accepted, such as an observer.
  const isAboutRecord = known !== undefined || ingestion.nextOffset === offset;
  try {
    if (!isAboutRecord || known?.code === 'BUFFER_OVERFLOW') {
      throw error;
    }
    const reason = known ?? notMade(error);
    return ingestion.reject(reason, reason.unacked) ? undefined : reason;
  } catch (fatal) {
    ingestion.fail(fatal);
    return undefined;
  }
}

/**
 * The reason to reject a value of which something else than this package has thrown an error, such as the option `row`.
 */
function notMade(cause: unknown): ZerobusError {
  return new ZerobusError(
    'INVALID_RECORD',
    `The record could not be made: ${endSentence(reasonOf(cause))} Return undefined for a value without one, or take it in by rejected.`,
    { cause },
  );
}
