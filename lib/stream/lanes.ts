import { Observable, type Subscriber, takeUntil } from 'rxjs';
import { aborted, isAbortOf } from '../errors/aborted.ts';
import type { RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import { DropReport } from './dropReport.ts';
import { EventReporter, withReports } from './eventReporter.ts';
import { inflightOverflow } from './inflightOverflow.ts';
import { Ingestion } from './ingestion.ts';
import type { IngestionOptions } from './ingestionOptions.ts';
import { MergedWatermark } from './mergedWatermark.ts';
import { makeRoom } from './overflow.ts';
import { keyOf, type PartitionBy, partitionOf } from './partition.ts';
import { Pressure } from './pressure.ts';
import { byOffset } from './rejectedRecords.ts';
import type { RejectionCounts } from './rejections.ts';
import { payloadsOf } from './sealTogether.ts';
import type { SessionEvent } from './sessionEvent.ts';
import { SharedLoad } from './sharedLoad.ts';
import type { StreamTelemetry } from './streamTelemetry.ts';

/** Options of {@link Lanes}. */
export interface LanesOptions<T> extends Omit<IngestionOptions<T>, 'lane' | 'overflows'> {
  /** The number of streams, at least 2. */
  readonly streams: number;
  /** Returns the key of a record. Records with the same key share a stream. Defaults to any stream for any record. */
  readonly partitionBy?: PartitionBy<T> | undefined;
  /** Returns the number of values that are kept until the watermark passes them. They count as in flight. */
  readonly keptCount: () => number;
}

/** The longest wait before a stream opens, in milliseconds, so that they do not all open at the same moment. */
const OPENING_JITTER_MS = 100;

/** The number of records in a row that go into one stream if there are no keys. Fewer would make smaller batches. */
const MAX_RUN = 128;

/**
 * Several streams behind one operator. Each is an {@link Ingestion} with a connection of its own, and recovers by
 * itself. They share the offsets of the source, the limits, and the end.
 *
 * Without keys, a run of records goes to the stream with the least in flight. So a stream that has lost its connection
 * gets no more.
 */
export class Lanes<T> {
  /** Runs the streams while it is subscribed to. See {@link Ingestion.events$}. */
  readonly events$: Observable<SessionEvent>;
  /** See {@link Ingestion.mayDrop}. */
  readonly mayDrop: boolean;
  readonly #options: LanesOptions<T>;
  readonly #reporter: EventReporter;
  readonly #watermark: MergedWatermark;
  readonly #load: SharedLoad;
  readonly #pressure: Pressure | undefined;
  readonly #streams: readonly Ingestion<T>[];
  readonly #drops: DropReport | undefined;
  /** The stream of the last offset. */
  #last = 0;
  /** Without keys: the number of records that the same stream gets, and the stream that is next then. */
  #runLeft = 0;
  #nextInTurn = 0;
  /** The number of acks that made something durable, of all streams. */
  #progressCount = 0;
  /** The watermark that was emitted. */
  #emittedOffset = -1;
  /** The stream that has failed. */
  #failed: Ingestion<T> | undefined;

  constructor(options: LanesOptions<T>) {
    const { stream, streams, tableName, keptCount, overflow = 'error' } = options;
    const { scheduler, events, random, maxBatchBytes, signal } = stream;
    this.#options = options;
    // What concerns all of them is published in the name of the first that has not ended.
    const telemetry = (): StreamTelemetry =>
      (this.#streams.find(({ telemetry }) => !telemetry.isOver) ?? this.#streamOf(0)).telemetry;
    this.#reporter = new EventReporter({ tableName, scheduler, events, telemetry });
    this.mayDrop = overflow !== 'error';
    this.#drops = this.mayDrop ? new DropReport(this.#reporter, stream) : undefined;
    this.#watermark = new MergedWatermark(streams, overflow === 'dropOldest');
    this.#load = new SharedLoad(streams, stream, keptCount);
    const onPressure = withReports(options.onPressure, this.#reporter);
    this.#pressure = onPressure && new Pressure(this.#load, maxBatchBytes, onPressure);
    const rejectionCounts: RejectionCounts = { refused: 0, unsent: 0 };
    this.#streams = Array.from({ length: streams }, (_, number) => {
      const lane = {
        number,
        openAfterMs: number === 0 ? 0 : Math.floor(random() * OPENING_JITTER_MS),
        rejectionCounts,
        progressCount: () => this.#progressCount,
        sourceOffset: (offset: number) => this.#watermark.sourceOffset(number, offset),
        check: () => this.#check(number),
      };
      return new Ingestion({
        ...options,
        // All listen to the signal as one.
        stream: { ...stream, signal: undefined },
        onPressure: undefined,
        overflow: 'error',
        onDropped: undefined,
        lane,
      });
    });
    const streams$ = new Observable<SessionEvent>((subscriber) => this.#run(subscriber));
    this.events$ = streams$.pipe(takeUntil(aborted(signal)));
  }

  /** The offset of the next value of the source. */
  get nextOffset(): number {
    return this.#watermark.nextOffset;
  }

  /** Whether one more record stays within the limits. */
  get hasRoom(): boolean {
    return !this.#load.reaches(1);
  }

  /** See {@link Ingestion.admit}. */
  admit(): boolean {
    return makeRoom(this, this.#options.overflow ?? 'error');
  }

  /** Drops the oldest records of all streams that were not sent. Returns whether there were any. */
  dropOldest(): boolean {
    let [oldest, stream] = [Number.POSITIVE_INFINITY, -1];
    for (const [number, { contents }] of this.#streams.entries()) {
      const { oldestUnsentOffset } = contents;
      const offset =
        oldestUnsentOffset === undefined ? oldest : this.#watermark.sourceOffset(number, oldestUnsentOffset);
      if (offset < oldest) {
        oldest = offset;
        stream = number;
      }
    }
    return (
      stream >= 0 &&
      this.#streamOf(stream).dropOldest(this.#load.excess, (first, last) => this.#onDropped(stream, first, last))
    );
  }

  /** Drops the next value. It goes to no stream. */
  dropNext(): void {
    const offset = this.#watermark.nextOffset;
    this.#watermark.skip();
    this.#report(offset, offset);
  }

  /** Accepts a record. See {@link Ingestion.add}. */
  add(record: T): void {
    const number = this.#streamFor(record);
    const stream = this.#streamOf(number);
    const offset = this.#watermark.nextOffset;
    this.#watermark.push(number);
    try {
      stream.add(record, offset);
    } catch (error) {
      this.#watermark.takeBack(number, stream.nextOffset);
      throw error;
    }
    this.#last = number;
    this.#checkLimits();
  }

  /** Gives the next offset to nothing. It passes with the record in front of it. See {@link Ingestion.skip}. */
  skip(): void {
    this.#watermark.push(this.#last);
    this.#streamOf(this.#last).skip();
    this.#checkLimits();
  }

  /** Rejects a record that cannot be sent. See {@link Ingestion.reject}. */
  reject(error: ZerobusError, payloads: readonly RecordPayload[]): boolean {
    if (this.#options.rejectionTaker === undefined) {
      return false;
    }
    this.#watermark.push(this.#last);
    this.#streamOf(this.#last).reject(error, payloads);
    this.#checkLimits();
    return true;
  }

  /** Ends all streams. See {@link Ingestion.close}. */
  close(): void {
    // A stream may end at once, and nothing follows that.
    this.#drops?.end();
    for (const stream of this.#streams) {
      stream.close();
    }
  }

  /** Fails all streams. {@link events$} errors. */
  fail(error: unknown): void {
    // The first that has not completed ends the others.
    for (const stream of this.#streams) {
      stream.fail(error);
    }
  }

  /** See {@link Ingestion.isAbort}. */
  isAbort(error: unknown): boolean {
    return isAbortOf(this.#options.stream.signal, error);
  }

  /** Returns the error to report, with every record of all streams that is not durable, in the order of the source. */
  failure(error: unknown): ZerobusError {
    const failure = (this.#failed ?? this.#streamOf(0)).failure(error);
    return failure.with({ unacked: () => this.#unacked() });
  }

  #run(subscriber: Subscriber<SessionEvent>): void {
    let openCount = this.#streams.length;
    subscriber.add(() => this.#drops?.end());
    for (const [number, stream] of this.#streams.entries()) {
      subscriber.add(
        stream.events$.subscribe({
          next: (event) => this.#onEvent(number, event, subscriber),
          error: (error) => {
            this.#failed = stream;
            subscriber.error(error);
          },
          complete: () => {
            openCount--;
            if (openCount === 0) {
              subscriber.complete();
            }
          },
        }),
      );
      if (subscriber.closed) {
        return;
      }
    }
  }

  #onEvent(number: number, event: SessionEvent, subscriber: Subscriber<SessionEvent>): void {
    if (event.kind === 'durable') {
      this.#watermark.pass(number, event.offset);
      this.#onDurable(subscriber);
    } else if (event.kind === 'progress') {
      this.#progressCount++;
    } else if (event.kind === 'opened') {
      this.#load.setOpen(number, true);
    } else if (event.kind === 'broken' || event.kind === 'paused') {
      this.#load.setOpen(number, false);
      this.#check(number);
    }
  }

  #onDurable(subscriber: Subscriber<SessionEvent>): void {
    const { offset } = this.#watermark;
    if (offset === this.#emittedOffset) {
      return;
    }
    this.#emittedOffset = offset;
    const event = { kind: 'durable', offset } as const;
    this.#reporter.report(event);
    // The observer of events may have brought about the next one from within.
    if (offset === this.#emittedOffset) {
      subscriber.next(event);
    }
    // Fewer values are kept now.
    this.#pressure?.check();
  }

  #onDropped(stream: number, first: number, last: number): void {
    for (let offset = first; offset <= last; offset++) {
      const sourceOffset = this.#watermark.sourceOffset(stream, offset);
      this.#report(sourceOffset, sourceOffset);
    }
    this.#watermark.drop(stream, first, last);
  }

  #report(first: number, last: number): void {
    this.#options.onDropped?.(first, last);
    this.#drops?.add(first, last);
  }

  #streamFor(record: T): number {
    const { partitionBy, streams, stream } = this.#options;
    if (partitionBy !== undefined) {
      try {
        return partitionOf(keyOf(record, partitionBy), streams);
      } catch (error) {
        throw (error as ZerobusError).with({ unacked: payloadsOf(this.#options.makeBuilder, record) });
      }
    }
    if (this.#runLeft > 0) {
      this.#runLeft--;
      return this.#last;
    }
    this.#runLeft = Math.min(MAX_RUN, stream.maxBatchRecords) - 1;
    const number = this.#load.lightest(this.#nextInTurn);
    this.#nextInTurn = number + 1;
    return number;
  }

  #checkLimits(): void {
    if (!this.mayDrop && this.#load.exceeds(1)) {
      throw inflightOverflow(this.#load, this.#options.stream);
    }
  }

  #check(number: number): void {
    this.#load.update(number, this.#streamOf(number).contents);
    this.#pressure?.check();
  }

  #unacked(): RecordPayload[] {
    return this.#streams
      .flatMap((stream, number) =>
        stream.contents
          .unackedWithOffsets()
          .map(({ offset, payload }) => ({ offset: this.#watermark.sourceOffset(number, offset), payload })),
      )
      .sort(byOffset)
      .map(({ payload }) => payload);
  }

  #streamOf(number: number): Ingestion<T> {
    return this.#streams[number] as Ingestion<T>;
  }
}
