import {
  concatWith,
  defer,
  EMPTY,
  filter,
  finalize,
  mergeMap,
  type Observable,
  of,
  Subject,
  type Subscription,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { aborted, isAbortOf } from '../errors/aborted.ts';
import type { RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';
import type { Batch } from '../wire/batch.ts';
import type { BatchTelemetry } from './batchTelemetry.ts';
import { DropReport } from './dropReport.ts';
import { EventReporter, withReports } from './eventReporter.ts';
import { inflightOverflow } from './inflightOverflow.ts';
import type { IngestionOptions } from './ingestionOptions.ts';
import { Outbox } from './outbox.ts';
import { type Excess, makeRoom, type OnDropped } from './overflow.ts';
import { Pressure, slackOf } from './pressure.ts';
import { Rejections } from './rejections.ts';
import { reportEnd } from './reportEnd.ts';
import { flushTimeout } from './sessionErrors.ts';
import type { SessionEvent } from './sessionEvent.ts';
import { sessions } from './sessions.ts';
import { streamFailure } from './streamFailure.ts';
import { StreamTelemetry } from './streamTelemetry.ts';

/** What can be read of a stream's outbox. */
type Contents = Pick<
  Outbox<unknown>,
  'loadRecords' | 'loadBytes' | 'backlogBytes' | 'oldestUnsentOffset' | 'unackedWithOffsets'
>;

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
  /** Whether values may be dropped. If so, {@link admit} is to be called before each. */
  readonly mayDrop: boolean;
  /** Publishes what happens. */
  readonly telemetry: StreamTelemetry;
  readonly #options: IngestionOptions<T>;
  readonly #outbox: Outbox<T>;
  readonly #wake$ = new Subject<void>();
  readonly #end$ = new Subject<void>();
  readonly #pressure: (Pick<Pressure, 'check'> & Partial<Pick<Pressure, 'isHigh'>>) | undefined;
  readonly #overflows: boolean;
  readonly #rejections: Rejections | undefined;
  readonly #drops: DropReport | undefined;
  readonly #batches: BatchTelemetry;
  readonly #onDropped: OnDropped = (first, last) => {
    this.#options.onDropped?.(first, last);
    this.#drops?.add(first, last);
  };
  /** Up to this offset, as long as nothing but records is added, the load needs not be looked at. */
  #uncheckedUntil = 0;
  #flush: Subscription | undefined;
  #isOver = false;
  /** The watermark that was emitted. */
  #emittedOffset = -1;
  #drainDeadline: Subscription | undefined;

  constructor(options: IngestionOptions<T>) {
    const { stream, makeBuilder, overflows = false, tableName, endpoint, lane } = options;
    const { scheduler, events, signal } = stream;
    this.telemetry = new StreamTelemetry({
      tableName,
      endpoint,
      scheduler,
      number: lane?.number,
      outbox: () => this.#outbox,
    });
    const reporter = new EventReporter({
      tableName,
      scheduler,
      events,
      stream: lane?.number,
      telemetry: () => this.telemetry,
    });
    this.#batches = this.telemetry.batches;
    const onPressure = withReports(options.onPressure, reporter);
    this.mayDrop = (options.overflow ?? 'error') !== 'error';
    this.#drops = this.mayDrop ? new DropReport(reporter, stream) : undefined;
    this.#options = options;
    this.#overflows = overflows;
    this.#outbox = new Outbox({
      ...stream,
      limits: stream,
      lingers: stream.lingerMs > 0,
      makeBuilder,
      observer: this.#batches,
    });
    this.#pressure = lane ?? (onPressure && new Pressure(this.#outbox, stream.maxBatchBytes, onPressure));
    const { rejectionTaker: taker } = options;
    this.#rejections =
      taker &&
      new Rejections({
        maxInARow: stream.maxRejectionsInARow,
        sourceOffset: lane?.sourceOffset,
        counts: lane?.rejectionCounts,
        onRejected: (record, error) => {
          reporter.onRejected(record.offset, Math.max(1, record.payloads.length), error);
          return taker.onRejected(record, error);
        },
        onTakenIn: (offset, error) => {
          taker.onTakenIn(error.offset ?? offset, error);
          this.#settle(offset);
        },
        onFailure: (error) => this.fail(error),
      });
    const sessions$ = sessions({
      ...stream,
      ...options,
      outbox: this.#outbox,
      wake$: this.#wake$,
      onRefusal: this.#rejections && ((error) => this.#onRefusal(error)),
      reporter,
      onConnectionClosed: () => this.telemetry.onConnectionClosed(),
    });
    const { openAfterMs = 0 } = lane ?? {};
    const opened$ = openAfterMs === 0 ? sessions$ : timer(openAfterMs, scheduler).pipe(mergeMap(() => sessions$));
    const begun$ = defer(() => {
      this.telemetry.onOpened();
      return opened$;
    });
    this.events$ = begun$.pipe(
      tap((event) => {
        this.#uncheckedUntil = 0;
        if (event.kind === 'progress') {
          this.#rejections?.onProgress();
          if (this.#outbox.isHolding) {
            // The watermark may stay, and yet there is less in flight.
            this.#pressure?.check();
          }
        } else if (event.kind === 'durable' || event.kind === 'relieved') {
          this.#pressure?.check();
        }
      }),
      takeUntil(this.#end$),
      // What passes between two sessions, and is the last.
      concatWith(defer(() => this.#untaken()).pipe(tap((event) => reporter.onSessionEvent(event, this.#outbox)))),
      filter((event) => this.#isAhead(event)),
      takeUntil(aborted(signal)),
      reportEnd(reporter, this.#drops, (error) => this.isAbort(error)),
      finalize(() => {
        this.#isOver = true;
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

  /** Everything that is not durable, to be read only. */
  get contents(): Contents {
    return this.#outbox;
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
   * Makes room for the next value by dropping others, or drops it, if {@link mayDrop}.
   *
   * @returns whether there is room. If not, the value has an offset already
   */
  admit(): boolean {
    return makeRoom(this, this.#options.overflow ?? 'error');
  }

  /**
   * Drops the oldest records that were not sent, as many as must leave.
   *
   * @param excess what must leave. Defaults to what is above the limits of this stream
   * @param onDropped called with their offsets. Defaults to a report
   * @returns whether there was such a record
   */
  dropOldest(excess: Excess = this.#outbox.excess, onDropped: OnDropped = this.#onDropped): boolean {
    const hasDropped = this.#outbox.dropOldest(excess, onDropped);
    if (hasDropped) {
      this.#afterOffset();
    }
    return hasDropped;
  }

  /** Drops the next value. */
  dropNext(): void {
    const offset = this.#outbox.dropNext();
    this.#onDropped(offset, offset);
    this.#afterOffset();
  }

  /**
   * Accepts a record. It is serialized at once, so the caller may change it afterwards.
   *
   * @param offset the offset of the record, for messages. Defaults to {@link nextOffset}
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if the record is not accepted;
   * `BUFFER_OVERFLOW` if the option `overflows` is set and the limits are exceeded, in which case the
   * record is part of {@link failure}
   */
  add(record: T, offset?: number): void {
    if (this.#batches.tracesRecords) {
      this.#batches.onEntering(this.#outbox.openRecordCount);
    }
    const isBatchFull = this.#outbox.add(record, offset);
    this.#rejections?.onAccepted();
    const { nextOffset } = this.#outbox;
    if (isBatchFull || nextOffset > this.#uncheckedUntil) {
      this.#checkLimits();
      if (isBatchFull) {
        this.#wake$.next();
      }
      this.#pressure?.check();
      const { lane, stream } = this.#options;
      // The load of a lane is part of that of its siblings.
      this.#uncheckedUntil =
        lane === undefined ? nextOffset + slackOf(this.#outbox, stream, this.#pressure?.isHigh ?? true) : 0;
    }
    this.#scheduleFlush();
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
    this.#onLoadChange();
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
    if (this.#isOver) {
      return;
    }
    const { flushTimeoutMs, scheduler } = this.#options.stream;
    this.#drainDeadline ??= scheduleDeadline(scheduler, flushTimeoutMs, () => {
      // The session only waits for the service to end the call, for a bounded time.
      if (this.#outbox.isFinished) {
        return;
      }
      this.#end$.error(flushTimeout(flushTimeoutMs));
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
    return isAbortOf(this.#options.stream.signal, error);
  }

  /** Returns the error to report, with every record that was accepted and is not durable, in order. */
  failure(error: unknown): ZerobusError {
    return streamFailure(error, this.#outbox, this.#options.lane).with({ unacked: () => this.#outbox.unacked() });
  }

  /** Returns the same records as the batches they are sent in. See {@link Outbox.unackedBatches}. */
  unackedBatches(): Batch[] {
    return this.#outbox.unackedBatches();
  }

  /** Whether an event is not a watermark behind another one, which an observer has brought about from within. */
  #isAhead(event: SessionEvent): boolean {
    if (event.kind !== 'durable') {
      return true;
    }
    const isAhead = event.offset > this.#emittedOffset;
    this.#emittedOffset = Math.max(this.#emittedOffset, event.offset);
    return isAhead;
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
    this.#onLoadChange();
    this.#scheduleFlush();
  }

  /** Looks at the load, which something else than a single record has changed. */
  #onLoadChange(): void {
    this.#uncheckedUntil = 0;
    this.#pressure?.check();
  }

  /** Lets the open batch leave at the end of the turn or of its linger time. */
  #scheduleFlush(): void {
    // An observer may have ended the stream while a record was added.
    if (this.#flush !== undefined || this.#outbox.isReleased || this.#isOver) {
      return;
    }
    const { lingerMs, scheduler, turnScheduler } = this.#options.stream;
    this.#flush = (lingerMs === 0 ? turnScheduler : scheduler).schedule(() => this.#onFlush(), lingerMs);
  }

  #onFlush(): void {
    this.#flush = undefined;
    this.#outbox.release();
    this.#wake$.next();
    this.#onLoadChange();
  }

  /** Returns whether the stream goes on without the refused record. */
  #onRefusal(error: ZerobusError): boolean {
    if (!this.#options.stream.recovery) {
      return false;
    }
    this.#batches.onRefusal(error.code);
    const refused = this.#outbox.refuse();
    // A subscriber of telemetry may have ended the stream from within.
    if (refused !== undefined && !this.#isOver) {
      this.#rejections?.rejectRefused(refused, error);
    }
    return true;
  }

  #settle(offset: number): void {
    this.#outbox.settle(offset);
    this.#onLoadChange();
    if (this.#outbox.isFinished && !this.#wake$.observed) {
      this.#end$.next();
    } else {
      this.#wake$.next();
    }
  }
}
