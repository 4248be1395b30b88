import {
  asyncScheduler,
  defer,
  map,
  type Observable,
  ReplaySubject,
  type SchedulerLike,
  Subject,
  startWith,
} from 'rxjs';
import { kindOf } from '../errors/kindOf.ts';
import { type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import type { Ingestion } from '../stream/ingestion.ts';
import type { SessionEvent } from '../stream/sessionEvent.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import { type Batch, recordsOf } from '../wire/batch.ts';
import { type AckCallback, AckCallbackQueue } from './ackCallback.ts';
import { durableInTime } from './durableInTime.ts';
import { OffsetWaiters } from './offsetWaiters.ts';
import type { PayloadForm } from './payloadForm.ts';
import type { StreamState, StreamStats } from './streamStatus.ts';
import { type SubmissionObserver, Submissions } from './submissions.ts';
import type { Payload } from './toRecord.ts';
import { TurnTaker } from './turnTaker.ts';

/** What a {@link ZerobusStream} is made of. */
export interface ZerobusStreamParts {
  readonly tableName: string;
  readonly form: PayloadForm;
  readonly ingestion: Ingestion<ZerobusRecord>;
  readonly flushTimeoutMs: number;
  readonly scheduler: SchedulerLike | undefined;
  readonly ackCallback: AckCallback | undefined;
}

type AfterAcceptance = (
  offset: number,
  resolve: (offset: number) => void,
  reject: (error: ZerobusError) => void,
) => void;

/**
 * A stream of records into one table, by promises: the same engine as `toZerobus`, for who comes from the other
 * languages' SDKs. Made by `ZerobusSdk.createStream`.
 *
 * Every submission has an offset: 0, 1, 2 … for the life of the stream, whatever connections come and go. A record by
 * itself has one, a batch has one. What is accepted is sent again after a broken connection until it is durable, or
 * handed back by {@link getUnackedRecords}.
 *
 * @example
 * ```ts
 * await using stream = await sdk.createStream({ tableName: 'main.iot.readings' }, clientId, clientSecret);
 * for (const record of records) await stream.ingestRecordOffset(record);
 * await stream.flush();
 * ```
 */
export class ZerobusStream {
  /** `catalog.schema.table` */
  readonly tableName: string;
  /**
   * The durable watermark, the last one first for who comes late. Completes when the stream is closed, errors when it
   * fails.
   */
  readonly acks$: Observable<number>;
  /** Where the stream is in its life, the present first. Completes after `closed` or `failed`. */
  readonly state$: Observable<StreamState>;
  /** What the stream has done and holds: at once, and whenever something happens to it. Completes with the stream. */
  readonly stats$: Observable<StreamStats>;
  readonly #ingestion: Ingestion<ZerobusRecord>;
  readonly #timers: SchedulerLike;
  readonly #flushTimeoutMs: number;
  readonly #waiters = new OffsetWaiters();
  readonly #submissions: Submissions;
  readonly #turns = new TurnTaker();
  readonly #callbacks: AckCallbackQueue | undefined;
  readonly #acks$ = new ReplaySubject<number>(1);
  readonly #state$ = new ReplaySubject<StreamState>(1);
  readonly #events$ = new Subject<void>();
  #state: StreamState = 'recovering';
  #streamId = '';
  #connections = 0;
  #failure: ZerobusError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(parts: ZerobusStreamParts) {
    this.#ingestion = parts.ingestion;
    this.#submissions = new Submissions(parts.ingestion, parts.form);
    this.#flushTimeoutMs = parts.flushTimeoutMs;
    this.#timers = parts.scheduler ?? asyncScheduler;
    this.#callbacks = parts.ackCallback === undefined ? undefined : new AckCallbackQueue(parts.ackCallback);
    this.tableName = parts.tableName;
    this.acks$ = this.#acks$.asObservable();
    this.state$ = this.#state$.asObservable();
    this.stats$ = defer(() =>
      this.#events$.pipe(
        startWith(undefined),
        map(() => this.stats),
      ),
    );
  }

  /** @internal Opens the stream; resolves once the service has created it, rejects where that can't be done. */
  static open(parts: ZerobusStreamParts): Promise<ZerobusStream> {
    const stream = new ZerobusStream(parts);
    return new Promise((resolve, reject) => {
      parts.ingestion.events$.subscribe({
        next: (event) => {
          stream.#onEvent(event);
          if (event.kind === 'opened') {
            resolve(stream);
          }
        },
        error: (error: unknown) => {
          stream.#onFailure(error);
          reject(stream.#failure);
        },
        complete: () => stream.#onClosed(),
      });
    });
  }

  /** The id the service gave the stream on its present connection. */
  get streamId(): string {
    return this.#streamId;
  }

  /** Whether the stream has ended, closed or failed. */
  get isClosed(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  /** What the stream has done and holds, now. */
  get stats(): StreamStats {
    const { nextOffset, durableOffset, inflightRecords, inflightBytes } = this.#ingestion;
    const counts = { nextOffset, durableOffset, inflightRecords, inflightBytes };
    return {
      state: this.#state,
      ...counts,
      waitingForRoom: this.#submissions.waitingCount,
      connections: this.#connections,
    };
  }

  /**
   * Ingests a record, and waits until it is durable.
   *
   * @param payload see {@link Payload}; serialized when it is accepted
   * @returns resolves with its offset once it is durable. Rejects with a `ZerobusError`: `INVALID_RECORD`,
   * `RECORD_TOO_LARGE`, `STREAM_CLOSED`, or what the stream failed with
   */
  ingestRecord(payload: Payload): Promise<number> {
    return this.#submit((observer) => this.#submissions.addRecord(payload, observer), this.#onceDurable);
  }

  /**
   * Ingests a record, and waits until it is accepted: at once where there is room in flight, else when there is. This
   * is where backpressure is felt.
   *
   * @returns resolves with its offset, for {@link waitForOffset}. Rejects as {@link ingestRecord}
   */
  ingestRecordOffset(payload: Payload): Promise<number> {
    return this.#submit((observer) => this.#submissions.addRecord(payload, observer), this.#onceAccepted);
  }

  /**
   * Ingests records as one batch: one offset, durable as a whole or not at all, and waits until it is durable.
   *
   * @returns resolves with its offset, or with `null` for a batch without records, which uses none. Rejects as {@link
   * ingestRecord}; none of the records is accepted then
   */
  ingestRecords(payloads: readonly Payload[]): Promise<number | null> {
    return this.#submitBatch(payloads, this.#onceDurable);
  }

  /** As {@link ingestRecords}, but waits only until the batch is accepted. */
  ingestRecordsOffset(payloads: readonly Payload[]): Promise<number | null> {
    return this.#submitBatch(payloads, this.#onceAccepted);
  }

  /**
   * Waits until a submission is durable.
   *
   * @param offset one that an `ingest…` method gave
   * @returns rejects with `FLUSH_TIMEOUT` after `flushTimeoutMs`, which does not harm the stream; with
   * `INVALID_ARGUMENT` for an offset that no submission has; with what the stream failed with
   */
  waitForOffset(offset: number): Promise<void> {
    if (!Number.isInteger(offset) || offset < 0 || offset >= this.#ingestion.nextOffset) {
      const known =
        this.#ingestion.nextOffset === 0 ? 'there is none yet' : `the last one is ${this.#ingestion.nextOffset - 1}`;
      return Promise.reject(new ZerobusError('INVALID_ARGUMENT', `No submission has the offset ${offset}: ${known}.`));
    }
    return durableInTime(this.#flushTimeoutMs, this.#timers, (resolve, reject) =>
      this.#whenDurable(offset, () => resolve(), reject),
    );
  }

  /**
   * Waits until everything that was submitted before is durable, also what still waits for room. What lingers leaves at
   * once.
   *
   * @returns at once where nothing is waiting. Rejects with `FLUSH_TIMEOUT` after `flushTimeoutMs`, which does not harm
   * the stream; with `STREAM_CLOSED`, or with what the stream failed with
   */
  flush(): Promise<void> {
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) {
      return Promise.reject(obstacle);
    }
    return durableInTime(this.#flushTimeoutMs, this.#timers, (resolve, reject) => {
      this.#submissions.addBarrier({
        onAccepted: (offset) => {
          this.#ingestion.dispatch();
          this.#whenDurable(offset, () => resolve(), reject);
        },
        onRefused: reject,
      });
    });
  }

  /**
   * Ends the stream: takes nothing new, waits until everything is durable, and closes the connection. Calling it again
   * changes nothing and gives the same.
   *
   * @returns rejects with what the stream failed with, also where that was before; {@link getUnackedRecords} then has
   * what is not durable
   */
  close(): Promise<void> {
    if (this.#closing !== undefined) {
      return this.#closing;
    }
    if (this.isClosed) {
      this.#closing = this.#failure === undefined ? Promise.resolve() : Promise.reject(this.#failure);
      return this.#closing;
    }
    this.#closing = new Promise<void>((resolve, reject) => {
      this.#acks$.subscribe({ error: reject, complete: resolve });
    });
    // Only now: who is told of it may well close the stream too.
    this.#move('closing');
    this.#ingestion.limitDrain();
    this.#submissions.addBarrier({ onAccepted: () => this.#ingestion.finish(), onRefused: () => {} });
    return this.#closing;
  }

  /** Closes, so that `await using` does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Every record that was accepted and is not durable, in order, as JSON text or protobuf bytes.
   *
   * @returns rejects with `INVALID_STATE` while the stream has not ended
   */
  async getUnackedRecords(): Promise<RecordPayload[]> {
    return (await this.getUnackedBatches()).flat();
  }

  /** As {@link getUnackedRecords}, by submission: a batch as its records, a record by itself as a batch of one. */
  async getUnackedBatches(): Promise<RecordPayload[][]> {
    return this.unackedBatches().flatMap((batch) =>
      batch.offsetCount === 1 ? [recordsOf(batch)] : recordsOf(batch).map((record) => [record]),
    );
  }

  /** @internal What `recreateStream` takes over, encoded as it is. */
  unackedBatches(): Batch[] {
    if (this.isClosed) {
      return this.#ingestion.unackedBatches();
    }
    throw new ZerobusError(
      'INVALID_STATE',
      'Records can be taken back only from a stream that has ended: close it first.',
    );
  }

  /** What an ingested submission waits for, once it is accepted. */
  readonly #onceDurable: AfterAcceptance = (offset, resolve, reject) => this.#waiters.add(offset, resolve, reject);
  readonly #onceAccepted: AfterAcceptance = (offset, resolve) => this.#turns.take(() => resolve(offset));

  #submit(add: (observer: SubmissionObserver) => void, afterAcceptance: AfterAcceptance): Promise<number> {
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) {
      return Promise.reject(obstacle);
    }
    return new Promise((resolve, reject) => {
      add({ onAccepted: (offset) => afterAcceptance(offset, resolve, reject), onRefused: reject });
    });
  }

  #submitBatch(payloads: readonly Payload[], afterAcceptance: AfterAcceptance): Promise<number | null> {
    if (!Array.isArray(payloads)) {
      return Promise.reject(
        new ZerobusError('INVALID_RECORD', `A batch is an array of records, got ${kindOf(payloads)}.`),
      );
    }
    if (payloads.length > 0) {
      return this.#submit((observer) => this.#submissions.addBatch(payloads, observer), afterAcceptance);
    }
    const obstacle = this.#obstacle();
    return obstacle === undefined ? Promise.resolve(null) : Promise.reject(obstacle);
  }

  /**
   * Why nothing can be submitted; `undefined` where it can. The real reason of a failure, not just that the stream has
   * ended.
   */
  #obstacle(): ZerobusError | undefined {
    if (this.#failure !== undefined) {
      return this.#failure;
    }
    return this.#closing === undefined
      ? undefined
      : new ZerobusError('STREAM_CLOSED', 'The stream was closed: it takes nothing more.');
  }

  #whenDurable(offset: number, resolve: (offset: number) => void, reject: (error: ZerobusError) => void): void {
    if (offset <= this.#ingestion.durableOffset) {
      resolve(offset);
    } else if (this.#failure !== undefined) {
      reject(this.#failure);
    } else {
      this.#waiters.add(offset, resolve, reject);
    }
  }

  #onEvent(event: SessionEvent): void {
    if (event.kind === 'durable') {
      this.#onDurable(event.offset);
    } else if (event.kind === 'opened') {
      this.#streamId = event.streamId;
      this.#connections++;
      this.#enter('open');
    } else if (event.kind === 'paused') {
      this.#enter('paused');
    } else if (event.kind === 'broken') {
      this.#enter('recovering');
    }
  }

  #onDurable(offset: number): void {
    this.#callbacks?.onDurable(offset);
    this.#waiters.resolveUpTo(offset);
    this.#submissions.drain();
    this.#acks$.next(offset);
    this.#events$.next();
  }

  #onFailure(error: unknown): void {
    this.#failure = this.#ingestion.failure(error);
    // A stream that never opened has given nobody an offset.
    if (this.#connections > 0) {
      this.#callbacks?.onFailure(this.#ingestion.nextOffset - 1, this.#failure);
    }
    this.#waiters.rejectAll(this.#failure);
    this.#submissions.refuseAll(this.#failure);
    this.#end('failed');
    this.#acks$.error(this.#failure);
  }

  #onClosed(): void {
    this.#end('closed');
    this.#acks$.complete();
  }

  /** While the stream is being closed it stays so, whatever its connections do. */
  #enter(state: StreamState): void {
    if (this.#closing === undefined) {
      this.#move(state);
    }
    this.#events$.next();
  }

  #move(state: StreamState): void {
    this.#state = state;
    this.#state$.next(state);
  }

  #end(state: 'closed' | 'failed'): void {
    this.#move(state);
    this.#events$.next();
    this.#state$.complete();
    this.#events$.complete();
  }
}
