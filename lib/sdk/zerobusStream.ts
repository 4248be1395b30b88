import type { Observable } from 'rxjs';
import { type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import type { Ingestion } from '../stream/ingestion.ts';
import type { SessionEvent } from '../stream/sessionEvent.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import { type Batch, recordsOf } from '../wire/batch.ts';
import { type AckCallback, AckCallbackQueue } from './ackCallback.ts';
import { type StreamState, type StreamStats, StreamStatus } from './streamStatus.ts';
import { SubmissionPromises, type SubmissionPromisesOptions } from './submissionPromises.ts';
import type { Payload } from './toRecord.ts';

/** Options of {@link ZerobusStream.open}. */
export interface ZerobusStreamParts extends SubmissionPromisesOptions {
  readonly tableName: string;
  readonly ackCallback: AckCallback | undefined;
}

/**
 * A stream of records into one table, with promises: the same engine as `toZerobus` behind the API of the other SDKs.
 * Created by `ZerobusSdk.createStream`.
 *
 * Every submission has an offset: 0, 1, 2 … for the life of the stream, across connections. A record has one offset,
 * and so has a batch. An accepted submission is sent again after a broken connection until it is durable. If the stream
 * fails, {@link getUnackedRecords} returns what is not.
 *
 * @example
 * ```ts
 * const stream = await sdk.createStream({ tableName: 'main.iot.readings' }, clientId, clientSecret);
 * try {
 *   for (const record of records) await stream.ingestRecordOffset(record);
 * } finally {
 *   await stream.close();
 * }
 * ```
 */
export class ZerobusStream {
  /** The full name of the table: `catalog.schema.table`. */
  readonly tableName: string;
  /**
   * Emits the durable watermark, and replays the latest value to late subscribers. Completes when the stream is closed,
   * and errors when it fails.
   */
  readonly acks$: Observable<number>;
  /** Emits the state, the current one first. Completes after `closed` or `failed`. */
  readonly state$: Observable<StreamState>;
  /** Emits {@link stats}, at once and after every change. Completes with the stream. */
  readonly stats$: Observable<StreamStats>;
  readonly #ingestion: Ingestion<ZerobusRecord>;
  readonly #status: StreamStatus;
  readonly #promises: SubmissionPromises;
  readonly #callbacks: AckCallbackQueue | undefined;
  #closing: Promise<void> | undefined;

  private constructor(parts: ZerobusStreamParts) {
    const { ingestion } = parts;
    this.#ingestion = ingestion;
    this.#promises = new SubmissionPromises(parts);
    this.#callbacks = parts.ackCallback === undefined ? undefined : new AckCallbackQueue(parts.ackCallback);
    this.#status = new StreamStatus(() => ({
      nextOffset: ingestion.nextOffset,
      durableOffset: ingestion.durableOffset,
      inflightRecords: ingestion.inflightRecords,
      inflightBytes: ingestion.inflightBytes,
      waitingForRoom: this.#promises.waitingCount,
    }));
    this.tableName = parts.tableName;
    this.acks$ = this.#status.acks$;
    this.state$ = this.#status.state$;
    this.stats$ = this.#status.stats$;
  }

  /** @internal Opens a stream. Resolves when the service has created it, and rejects if that fails. */
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
        error: (error: unknown) => reject(stream.#onFailure(error)),
        complete: () => stream.#status.complete(),
      });
    });
  }

  /** The id that the service gave the stream on its latest connection. */
  get streamId(): string {
    return this.#status.streamId;
  }

  /** Whether the stream has ended, closed or failed. */
  get isClosed(): boolean {
    return this.#status.isClosed;
  }

  /** The state and the counters of the stream, now. */
  get stats(): StreamStats {
    return this.#status.stats;
  }

  /**
   * Ingests a record and waits until it is durable.
   *
   * @param payload see {@link Payload}. It is serialized before the call returns
   * @returns a promise of its offset. Rejects with a `ZerobusError`: `INVALID_RECORD`, `RECORD_TOO_LARGE`,
   * `STREAM_CLOSED`, or the failure of the stream
   */
  ingestRecord(payload: Payload): Promise<number> {
    return this.#promises.submit(payload, 'durable');
  }

  /**
   * Ingests a record and waits until it is accepted: at once if there is room in flight, otherwise as soon as there is.
   * Awaiting it in a loop applies backpressure.
   *
   * @returns a promise of its offset, for {@link waitForOffset}. Rejects as {@link ingestRecord} does
   */
  ingestRecordOffset(payload: Payload): Promise<number> {
    return this.#promises.submit(payload, 'accepted');
  }

  /**
   * Ingests records as one batch and waits until it is durable. A batch has one offset, and becomes durable as a whole
   * or not at all.
   *
   * @returns a promise of its offset, or of `null` for an empty batch, which has none. Rejects as {@link ingestRecord}
   * does, and then none of the records is accepted
   */
  ingestRecords(payloads: readonly Payload[]): Promise<number | null> {
    return this.#promises.submitBatch(payloads, 'durable');
  }

  /** Does the same as {@link ingestRecords}, but waits only until the batch is accepted. */
  ingestRecordsOffset(payloads: readonly Payload[]): Promise<number | null> {
    return this.#promises.submitBatch(payloads, 'accepted');
  }

  /**
   * Waits until a submission is durable.
   *
   * @param offset an offset that one of the `ingest…` methods returned
   * @returns a promise. Rejects with `FLUSH_TIMEOUT` after `flushTimeoutMs`, which does not harm the stream; with
   * `INVALID_ARGUMENT` if no submission has the offset; or with the failure of the stream
   */
  waitForOffset(offset: number): Promise<void> {
    return this.#promises.waitForOffset(offset);
  }

  /**
   * Waits until everything that was submitted before is durable, including what waits for room. The open batch leaves
   * without lingering.
   *
   * @returns a promise, resolved at once if nothing is in flight. Rejects with `FLUSH_TIMEOUT` after `flushTimeoutMs`,
   * which does not harm the stream; with `STREAM_CLOSED`; or with the failure of the stream
   */
  flush(): Promise<void> {
    return this.#promises.flush();
  }

  /**
   * Closes the stream: takes no new submissions, waits until everything is durable, and closes the connection. Calling
   * it again returns the same promise.
   *
   * @returns a promise. Rejects with the failure of the stream, also if the stream failed before;
   * {@link getUnackedRecords} then returns what is not durable
   */
  close(): Promise<void> {
    if (this.#closing !== undefined) {
      return this.#closing;
    }
    if (this.isClosed) {
      const { failure } = this.#promises;
      this.#closing = failure === undefined ? Promise.resolve() : Promise.reject(failure.error);
      return this.#closing;
    }
    this.#closing = new Promise<void>((resolve, reject) => {
      this.acks$.subscribe({ error: reject, complete: resolve });
    });
    // Only after #closing is set: a subscriber of state$ may call close(), too.
    this.#status.close();
    this.#promises.close();
    return this.#closing;
  }

  /** Closes the stream at the end of an `await using` block, in Node 24 or as TypeScript compiles it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Returns every record that was accepted and is not durable, in order, as JSON text or protobuf bytes.
   *
   * @returns a promise. Rejects with `INVALID_STATE` if the stream has not ended
   */
  async getUnackedRecords(): Promise<RecordPayload[]> {
    return (await this.getUnackedBatches()).flat();
  }

  /** Does the same as {@link getUnackedRecords} by submission. A single record is a batch of one. */
  async getUnackedBatches(): Promise<RecordPayload[][]> {
    return this.unackedBatches().flatMap((batch) =>
      batch.isWhole === true ? [recordsOf(batch)] : recordsOf(batch).map((record) => [record]),
    );
  }

  /** @internal Returns the encoded batches for `recreateStream`. */
  unackedBatches(): Batch[] {
    if (this.isClosed) {
      return this.#ingestion.unackedBatches();
    }
    throw new ZerobusError(
      'INVALID_STATE',
      'Only a stream that has ended hands back the records that are not durable: close it first.',
    );
  }

  #onEvent(event: SessionEvent): void {
    if (event.kind === 'durable') {
      this.#callbacks?.onDurable(event.offset);
      this.#promises.onDurable(event.offset);
    }
    this.#status.onEvent(event);
  }

  /** Returns the error to reject with. */
  #onFailure(error: unknown): unknown {
    const isAbort = this.#ingestion.isAbort(error);
    const failure = this.#ingestion.failure(isAbort ? abortedBySignal(error) : error);
    const reported = isAbort ? error : failure;
    // A stream that never opened has not given any offset away.
    if (this.#status.wasOpen) {
      this.#callbacks?.onFailure(this.#ingestion.nextOffset - 1, failure);
    }
    this.#promises.onFailure(reported);
    this.#status.fail(reported);
    return reported;
  }
}

/** The error for an `AckCallback`, which is always notified of a `ZerobusError`. */
function abortedBySignal(reason: unknown): ZerobusError {
  return new ZerobusError('CANCELLED', 'The signal of the stream aborted it: see the cause.', {
    cause: reason,
    isRetryable: false,
  });
}
