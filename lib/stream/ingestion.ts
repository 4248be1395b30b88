import {
  concatWith,
  defer,
  EMPTY,
  finalize,
  identity,
  NEVER,
  type Observable,
  of,
  Subject,
  type Subscription,
  takeUntil,
  tap,
} from 'rxjs';
import { aborted } from '../errors/aborted.ts';
import {
  isZerobusError,
  type OffsetRange,
  type RecordPayload,
  ZerobusError,
  type ZerobusErrorOptions,
} from '../errors/zerobusError.ts';
import type { Batch } from '../wire/batch.ts';
import { isContentRefusal } from './contentRefusal.ts';
import { eventReporter, withReports } from './eventReporter.ts';
import { inflightOverflow } from './inflightOverflow.ts';
import { type MakeBuilder, Outbox } from './outbox.ts';
import { Pressure } from './pressure.ts';
import { Rejections, type RejectionTaker } from './rejections.ts';
import { scheduleDeadline } from './scheduleDeadline.ts';
import type { ServiceAccess } from './serviceAccess.ts';
import type { SessionEvent } from './sessionEvent.ts';
import { sessions } from './sessions.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';
import type { StreamTable } from './streamTable.ts';

/** Options of {@link Ingestion}. */
export interface IngestionOptions<T> extends ServiceAccess, Pick<StreamTable, 'tableName' | 'creationRequest'> {
  readonly stream: ResolvedStreamOptions;
  readonly makeBuilder: MakeBuilder<T>;
  /**
   * Called when a source that can wait should pause (`true`), and when it may resume (`false`). See {@link Pressure}.
   */
  readonly onPressure?: ((isHigh: boolean) => void) | undefined;
  /**
   * Whether {@link Ingestion.add} throws `BUFFER_OVERFLOW` if more is in flight than the limits allow. Defaults to
   * `false`, for callers that wait for {@link Ingestion.hasRoom}.
   */
  readonly overflows?: boolean | undefined;
  /** Takes in records that cannot become durable. Defaults to none: such a record ends the stream. */
  readonly rejectionTaker?: RejectionTaker | undefined;
}

/**
 * The engine of one stream. It accepts records, and delivers them over as many connections as that takes.
 *
 * The path of a record is synchronous and creates no promise. {@link add} serializes the record into the open batch.
 * The batch leaves when it is full, at the end of the turn, or as soon as a busy connection takes more.
 */
export class Ingestion<T> {
  /**
   * Runs the stream while it is subscribed to. Subscribe only once.
   *
   * Emits the events of the stream. Completes when everything is durable after {@link close}. Errors with a
   * `ZerobusError` if a record cannot be made durable. Unsubscribing cancels everything at once.
   */
  readonly events$: Observable<SessionEvent>;
  readonly #options: IngestionOptions<T>;
  readonly #outbox: Outbox<T>;
  readonly #wake$ = new Subject<void>();
  readonly #end$ = new Subject<void>();
  readonly #pressure: Pressure | undefined;
  readonly #overflows: boolean;
  readonly #rejections: Rejections | undefined;
  #flush: Subscription | undefined;
  #drainDeadline: Subscription | undefined;

  constructor(options: IngestionOptions<T>) {
    const { stream, makeBuilder, overflows = false, tableName } = options;
    const { scheduler, events, signal } = stream;
    const reporter = eventReporter({ tableName, scheduler, events });
    const onPressure = withReports(options.onPressure, reporter);
    this.#options = options;
    this.#overflows = overflows;
    this.#outbox = new Outbox({ ...stream, limits: stream, lingers: stream.lingerMs > 0, makeBuilder });
    this.#pressure = onPressure && new Pressure(this.#outbox, stream.maxBatchBytes, onPressure);
    const { rejectionTaker: taker } = options;
    this.#rejections =
      taker &&
      new Rejections({
        maxInARow: stream.maxRejectionsInARow,
        onRejected: (record, error) => {
          reporter?.onRejected(record.offset, error);
          return taker.onRejected(record, error);
        },
        onTakenIn: (offset) => {
          taker.onTakenIn(offset);
          this.#settle(offset);
        },
        onFailure: (error) => this.fail(error),
      });
    this.events$ = sessions({
      ...stream,
      ...options,
      outbox: this.#outbox,
      wake$: this.#wake$,
      onRefusal: this.#rejections && ((error) => this.#onRefusal(error)),
      reporter,
    }).pipe(
      tap((event) => {
        if (event.kind === 'progress') {
          this.#rejections?.onProgress();
        } else if (event.kind === 'durable' || event.kind === 'relieved') {
          this.#pressure?.check();
        }
      }),
      takeUntil(this.#end$),
      // What passes between two sessions, and is the last.
      concatWith(defer(() => this.#untaken())),
      takeUntil(signal === undefined ? NEVER : aborted(signal)),
      reporter === undefined
        ? identity
        : tap({
            error: (error) =>
              this.isAbort(error)
                ? reporter.report({ kind: 'closed', reason: 'cancelled' })
                : reporter.onFailure(error),
            complete: () => reporter.report({ kind: 'closed', reason: 'completed' }),
            unsubscribe: () => reporter.report({ kind: 'closed', reason: 'cancelled' }),
          }),
      finalize(() => {
        this.#flush?.unsubscribe();
        this.#drainDeadline?.unsubscribe();
        this.#rejections?.unsubscribe();
      }),
    );
  }

  /** The offset of the next submission. */
  get nextOffset(): number {
    return this.#outbox.nextOffset;
  }

  /** The last durable offset, -1 before the first. */
  get durableOffset(): number {
    return this.#outbox.durableOffset;
  }

  /** The number of records that are not durable. */
  get inflightRecords(): number {
    return this.#outbox.recordCount;
  }

  /** The number of bytes these records take. */
  get inflightBytes(): number {
    return this.#outbox.byteCount;
  }

  /**
   * Whether one more submission, of any number of records, stays within the limits. Always true if nothing is in
   * flight.
   */
  get hasRoom(): boolean {
    return !this.#outbox.reaches(1);
  }

  /**
   * Accepts a record. It is serialized at once, so the caller may change it afterwards.
   *
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if the record is not accepted;
   * `BUFFER_OVERFLOW` if {@link IngestionOptions.overflows} is set and the limits are exceeded, in which case the
   * record is part of {@link failure}
   */
  add(record: T): void {
    const isBatchFull = this.#outbox.add(record);
    this.#rejections?.onAccepted();
    this.#checkLimits();
    if (isBatchFull) {
      this.#wake$.next();
    }
    this.#afterOffset();
  }

  /**
   * Gives the next offset to nothing, such as a value without a record. It counts towards the limits until it passes.
   *
   * @throws {@link ZerobusError} `BUFFER_OVERFLOW` as {@link add}
   */
  skip(): void {
    this.#outbox.skip();
    this.#checkLimits();
    this.#afterOffset();
  }

  /**
   * Rejects a record that cannot be sent, if something takes it in.
   *
   * @returns whether it has an offset now, and the stream goes on
   * @throws {@link ZerobusError} `BUFFER_OVERFLOW` as {@link add}
   */
  reject(error: ZerobusError, payloads: readonly RecordPayload[]): boolean {
    if (this.#rejections === undefined) {
      return false;
    }
    const offset = this.#outbox.reject(payloads);
    this.#rejections.rejectUnsent({ offset, payloads }, error);
    this.#checkLimits();
    this.#afterOffset();
    return true;
  }

  /**
   * Accepts records as one batch of the user's, with one offset. Does not check the limits.
   * See {@link Outbox.addBatch}.
   */
  addBatch(records: readonly T[]): void {
    this.#outbox.addBatch(records);
    this.#wake$.next();
    this.#pressure?.check();
  }

  /** Takes over batches that another stream could not make durable. Call this before anything is added. */
  append(batches: readonly Batch[]): void {
    for (const batch of batches) {
      this.#outbox.append(batch);
    }
  }

  /** Ends the linger time of the open batch: it leaves as soon as the connection takes it. */
  release(): void {
    if (this.#flush === undefined) {
      return;
    }
    this.#flush.unsubscribe();
    this.#onFlush();
  }

  /**
   * Starts the drain. Everything accepted until {@link close} must be durable within `flushTimeoutMs` from now, or the
   * stream fails.
   */
  startDrain(): void {
    const { flushTimeoutMs, scheduler } = this.#options.stream;
    this.#drainDeadline ??= scheduleDeadline(scheduler, flushTimeoutMs, () => {
      // The session only waits for the service to end the call, for a bounded time.
      if (this.#outbox.isFinished) {
        return;
      }
      this.#end$.error(
        new ZerobusError(
          'FLUSH_TIMEOUT',
          `Not everything became durable within ${flushTimeoutMs} ms after the last record: raise flushTimeoutMs, or write the unacknowledged records again.`,
        ),
      );
    });
  }

  /** Ends the stream. Nothing is added any more, and what was accepted becomes durable. */
  close(): void {
    this.#outbox.close();
    if (this.#outbox.isFinished && !this.#wake$.observed) {
      this.#end$.next();
      return;
    }
    this.startDrain();
    this.#wake$.next();
  }

  /** Fails the stream. {@link events$} errors. */
  fail(error: unknown): void {
    this.#end$.error(error);
  }

  /** Whether {@link events$} errored with the reason of the signal. It is not a failure, and is forwarded unchanged. */
  isAbort(error: unknown): boolean {
    const { signal } = this.#options.stream;
    return signal?.aborted === true && error === signal.reason;
  }

  /** Returns the error to report, with every record that was accepted and is not durable, in order. */
  failure(error: unknown): ZerobusError {
    const known = isZerobusError(error)
      ? error
      : new ZerobusError('INTERNAL', 'An unexpected error ended the stream: see its cause.', {
          cause: error,
          isRetryable: false,
        });
    const { sentCount, sentOffsets } = this.#outbox;
    const place = isContentRefusal(known, sentCount) ? placeOf(sentOffsets) : {};
    return known.with({ ...place, unacked: () => this.#outbox.unacked() });
  }

  /** Returns the same records as the batches they are sent in. */
  unackedBatches(): Batch[] {
    return this.#outbox.unackedBatches();
  }

  #untaken(): Observable<SessionEvent> {
    const offset = this.#outbox.takeDurable();
    return offset === undefined ? EMPTY : of({ kind: 'durable', offset });
  }

  #checkLimits(): void {
    if (this.#overflows && this.#outbox.exceeds(1)) {
      throw inflightOverflow(this.#outbox, this.#options.stream);
    }
  }

  #afterOffset(): void {
    this.#pressure?.check();
    if (this.#flush === undefined && !this.#outbox.isReleased) {
      this.#scheduleFlush();
    }
  }

  /** Lets the open batch leave at the end of the turn or of its linger time. */
  #scheduleFlush(): void {
    const { lingerMs, scheduler, turnScheduler } = this.#options.stream;
    this.#flush = (lingerMs === 0 ? turnScheduler : scheduler).schedule(() => this.#onFlush(), lingerMs);
  }

  #onFlush(): void {
    this.#flush = undefined;
    this.#outbox.release();
    this.#wake$.next();
    this.#pressure?.check();
  }

  /** Returns whether the stream goes on without the refused record. */
  #onRefusal(error: ZerobusError): boolean {
    if (!this.#options.stream.recovery) {
      return false;
    }
    const refused = this.#outbox.refuse();
    if (refused !== undefined) {
      this.#rejections?.rejectRefused(refused, error);
    }
    return true;
  }

  #settle(offset: number): void {
    this.#outbox.settle(offset);
    if (this.#outbox.isFinished && !this.#wake$.observed) {
      this.#end$.next();
    } else {
      this.#wake$.next();
    }
  }
}

/** Where a refused record is, in an error. */
function placeOf(offsets: OffsetRange): Pick<ZerobusErrorOptions, 'offset' | 'offsets'> {
  return offsets.first === offsets.last ? { offset: offsets.first } : { offsets };
}
