import { finalize, type Observable, Subject, type Subscription, takeUntil, tap } from 'rxjs';
import { isZerobusError, ZerobusError } from '../errors/zerobusError.ts';
import type { Batch } from '../wire/batch.ts';
import { type MakeBuilder, Outbox } from './outbox.ts';
import { Pressure } from './pressure.ts';
import type { ServiceAccess } from './serviceAccess.ts';
import type { SessionEvent } from './sessionEvent.ts';
import { sessions } from './sessions.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';
import type { StreamTable } from './streamTable.ts';

/** What an ingestion is made of. */
export interface IngestionOptions<T> extends ServiceAccess, Pick<StreamTable, 'creationRequest'> {
  readonly stream: ResolvedStreamOptions;
  readonly makeBuilder: MakeBuilder<T>;
  /** Told when a source that can wait should pause, and when it may go on; see {@link Pressure}. */
  readonly onPressure?: ((isHigh: boolean) => void) | undefined;
  /**
   * Whether {@link Ingestion.add} throws `BUFFER_OVERFLOW` if more is in flight than may be. Defaults to `false`, for
   * callers that wait for {@link Ingestion.hasRoom}.
   */
  readonly overflows?: boolean | undefined;
}

/**
 * The engine of one stream: takes records one by one, and carries what is not durable over as many connections as it
 * needs.
 *
 * The path of a record is synchronous and free of promises: {@link add} serializes it into the open batch, and a batch
 * leaves when it is full, at the end of the turn, or as soon as a busy connection takes more.
 */
export class Ingestion<T> {
  /**
   * Runs the stream while subscribed to, once. Emits what happens; completes when everything is durable after
   * {@link close}; errors with a `ZerobusError` where it can't be made durable. Unsubscribing gives everything up at
   * once.
   */
  readonly events$: Observable<SessionEvent>;
  readonly #options: IngestionOptions<T>;
  readonly #outbox: Outbox<T>;
  readonly #wake$ = new Subject<void>();
  readonly #end$ = new Subject<void>();
  readonly #pressure: Pressure | undefined;
  readonly #overflows: boolean;
  #flush: Subscription | undefined;
  #drainDeadline: Subscription | undefined;

  constructor(options: IngestionOptions<T>) {
    const { stream, makeBuilder, onPressure, overflows = false } = options;
    this.#options = options;
    this.#overflows = overflows;
    this.#outbox = new Outbox({ ...stream, limits: stream, lingers: stream.lingerMs > 0, makeBuilder });
    this.#pressure = onPressure && new Pressure(this.#outbox, stream.maxBatchBytes, onPressure);
    this.events$ = sessions({
      ...stream,
      ...options,
      outbox: this.#outbox,
      wake$: this.#wake$,
    }).pipe(
      tap((event) => {
        if (event.kind === 'durable' || event.kind === 'relieved') {
          this.#pressure?.check();
        }
      }),
      takeUntil(this.#end$),
      finalize(() => {
        this.#flush?.unsubscribe();
        this.#drainDeadline?.unsubscribe();
      }),
    );
  }

  /** The offset of the next submission. */
  get nextOffset(): number {
    return this.#outbox.nextOffset;
  }

  /** The last offset that is durable; -1 before the first. */
  get durableOffset(): number {
    return this.#outbox.durableOffset;
  }

  /** How many records are not durable. */
  get inflightRecords(): number {
    return this.#outbox.recordCount;
  }

  /** How many bytes they take. */
  get inflightBytes(): number {
    return this.#outbox.byteCount;
  }

  /**
   * Whether one submission more, of however many records, stays within what may be in flight; always where nothing is.
   */
  get hasRoom(): boolean {
    return !this.#outbox.reaches(1);
  }

  /**
   * Accepts a record and serializes it, so that the caller may change it afterwards.
   *
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if the record is not accepted;
   * `BUFFER_OVERFLOW` if it {@link IngestionOptions.overflows}, the record being one of those of its {@link failure}
   */
  add(record: T): void {
    const isBatchFull = this.#outbox.add(record);
    if (this.#overflows && this.#outbox.exceeds(1)) {
      throw this.#overflow();
    }
    if (isBatchFull) {
      this.#wake$.next();
    }
    this.#pressure?.check();
    if (this.#flush === undefined && !this.#outbox.isReleased) {
      this.#scheduleFlush();
    }
  }

  /** Accepts records as one batch of the user's, with one offset; see {@link Outbox.addBatch}. Never overflows. */
  addBatch(records: readonly T[]): void {
    this.#outbox.addBatch(records);
    this.#wake$.next();
    this.#pressure?.check();
  }

  /** Takes over what another stream could not make durable, as it is, before anything else. */
  append(batches: readonly Batch[]): void {
    for (const batch of batches) {
      this.#outbox.append(batch);
    }
  }

  /** What is open leaves as soon as the connection takes it, without lingering on. */
  release(): void {
    if (this.#flush === undefined) {
      return;
    }
    this.#flush.unsubscribe();
    this.#onFlush();
  }

  /**
   * What was accepted, and what is until {@link close}, may take `flushTimeoutMs` from now on; then the stream fails.
   */
  startDrain(): void {
    const { flushTimeoutMs, scheduler } = this.#options.stream;
    this.#drainDeadline ??= scheduler.schedule(() => {
      this.#end$.error(
        new ZerobusError(
          'FLUSH_TIMEOUT',
          `Not everything became durable within ${flushTimeoutMs} ms after the last record.`,
        ),
      );
    }, flushTimeoutMs);
  }

  /** Nothing will come any more: what was accepted is brought to its end. */
  close(): void {
    this.#outbox.close();
    if (this.#outbox.isFinished && !this.#wake$.observed) {
      this.#end$.next();
      return;
    }
    this.startDrain();
    this.#wake$.next();
  }

  /**
   * What somebody is told of a failure: the error, with every record that was accepted and is not durable, in order.
   */
  failure(error: unknown): ZerobusError {
    const known = isZerobusError(error)
      ? error
      : new ZerobusError('INTERNAL', 'An unexpected error ended the stream.', { cause: error, isRetryable: false });
    return known.with({ unacked: () => this.#outbox.unacked() });
  }

  /** The same as the batches that they would be sent in. */
  unackedBatches(): Batch[] {
    return this.#outbox.unackedBatches();
  }

  /** At the end of the turn, or of the time a batch may linger, what is open may leave. */
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

  #overflow(): ZerobusError {
    const { maxInflightRecords, maxInflightBytes } = this.#options.stream;
    const { recordCount, byteCount } = this.#outbox;
    return new ZerobusError(
      'BUFFER_OVERFLOW',
      `${recordCount} records of ${byteCount} bytes are not durable, more than maxInflightRecords (${maxInflightRecords}) or maxInflightBytes (${maxInflightBytes}) allow: ` +
        'the source is faster than the service. Slow it down by the option `backpressure`, or raise the limits.',
    );
  }
}
