import { randomUUID } from 'node:crypto';
import { Metadata, type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { FaultStatus, LiveStream } from '../faults/liveStream.ts';
import type { OpenedStream } from '../faults/openedStream.ts';
import { invalidArgument, StreamError, toStorageError, toStreamError } from '../ingest/streamError.ts';
import type { StreamView } from '../live/api/streamView.ts';
import { rejectionOf } from '../live/rejectionOf.ts';
import { shortText } from '../live/shortText.ts';
import { RecordError } from '../records/recordError.ts';
import { type CreateRequest, decodeRequest, type IngestRequest } from '../wire/decodeRequest.ts';
import { encodeAck, encodeCloseStreamSignal, encodeCreateStreamResponse } from '../wire/encodeResponse.ts';
import { recordTypeName } from '../wire/recordType.ts';
import type { IngestContext } from './ingestContext.ts';
import { openTable } from './openTable.ts';
import { type AppendObserver, TableAppender } from './tableAppender.ts';

/**
 * The life of a stream. `hanging`: a fault leaves `create_stream` unanswered. `ending`: requests are ignored, and the
 * stream ends once all appends are acknowledged. `shuttingDown`: the same, but no fault delays the acks.
 */
type Phase = 'creating' | 'hanging' | 'open' | 'ending' | 'shuttingDown' | 'ended';

/**
 * The server side of one `EphemeralStream` call.
 *
 * Requests are checked and handed to the storage as they arrive. However the stream ends, it first waits until the
 * storage has answered all of them, and acknowledges what is durable. No exception leaves this class: it becomes the
 * status of this one stream.
 */
export class IngestStream implements LiveStream, AppendObserver {
  readonly streamId: string = randomUUID();
  /** Resolves when the stream has ended and the storage has answered all of its requests. */
  readonly ended: Promise<void>;
  #resolveEnded: () => void = () => undefined;
  readonly #call: ServerDuplexStream<Buffer, Buffer>;
  readonly #context: IngestContext;
  #phase: Phase = 'creating';
  #appender: TableAppender | undefined;
  #opened: OpenedStream | undefined;
  #openedAtMs = 0;
  /** The same in milliseconds since 1970-01-01. */
  #openedAtEpochMs = 0;
  /** The table that the client asks for, if it has said so. */
  #requestedTable = '';
  /** The status that the stream ends with, if that is not OK. */
  #failure: StreamError | undefined;
  #rotation: NodeJS.Timeout | undefined;

  constructor(call: ServerDuplexStream<Buffer, Buffer>, context: IngestContext) {
    this.#call = call;
    this.#context = context;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** `catalog.schema.table`; '' before the stream is open. */
  get tableName(): string {
    return this.#appender?.table.fullName ?? '';
  }

  get inFlightRecords(): number {
    return this.#appender?.progress.inFlightRecords ?? 0;
  }

  get view(): StreamView | undefined {
    const { rotateAfterMs } = this.#context;
    const progress = this.#appender?.progress;
    if (this.#opened === undefined || progress === undefined) {
      return undefined;
    }
    const { watermark, recordsAccepted, inFlightRecords, inFlightBytes } = progress;
    return {
      ...this.#opened,
      userAgent: shortText(this.#opened.userAgent),
      client: this.#call.getPeer(),
      openedAtMs: this.#openedAtEpochMs,
      watermark,
      recordsAccepted,
      inFlightRecords,
      inFlightBytes,
      ...(rotateAfterMs === undefined ? {} : { rotatesAtMs: this.#openedAtEpochMs + rotateAfterMs }),
    };
  }

  /** Serves the call. */
  start(): void {
    // The official clients wait for the response headers before they send create_stream.
    this.#call.sendMetadata(new Metadata());
    this.#context.streams.add(this);
    this.#call.on('data', (message: Buffer) => this.#onMessage(message));
    this.#call.on('end', () => this.#onClientEnd());
    this.#call.on('cancelled', () => this.#release());
    this.#call.on('close', () => this.#release());
    this.#call.on('error', () => this.#release());
  }

  closeWith(fault: FaultStatus): void {
    this.#end(StreamError.injected(fault, 'Closed by an injected fault.'));
  }

  signalClose(durationMs: number): void {
    if (this.#phase !== 'open') {
      return;
    }
    clearTimeout(this.#rotation);
    this.#write(encodeCloseStreamSignal(durationMs));
    this.#rotation = setTimeout(() => {
      const message = `Stream timeout reached. Closing the stream (ID ${this.streamId}). Error Code: 6002, Error State: 0`;
      this.#end(new StreamError(status.UNAVAILABLE, message));
    }, durationMs);
  }

  cut(): void {
    this.#context.cutConnection(this.#call.getPeer());
    this.#release(status.CANCELLED, 'An injected fault has cut its connection.');
  }

  /** Ends the stream because the server closes. Pending requests are acknowledged first. */
  shutDown(): void {
    if (this.#phase === 'ended') {
      return;
    }
    const message = `zerobus-local is shutting down. Closing the stream (ID ${this.streamId}).`;
    this.#beginToEnd('shuttingDown', new StreamError(status.UNAVAILABLE, message));
  }

  sendAck(offset: number | undefined): void {
    this.#write(encodeAck(offset));
    this.#context.activity.count('acksSent');
  }

  onFailure(error: unknown): void {
    this.#end(toStorageError(error, this.#context.onError));
  }

  onProgress(): void {
    if (this.#phase === 'ended') {
      this.#resolveWhenSettled();
    } else {
      this.#endWhenIdle();
    }
  }

  #onMessage(message: Buffer): void {
    if (this.#phase !== 'creating' && this.#phase !== 'open') {
      return;
    }
    try {
      const request = decodeRequest(message);
      if (request.kind === 'empty') {
        throw invalidArgument(
          'A request has no payload that this server knows. Send create_stream, ingest_record or ingest_record_batch.',
        );
      }
      if (request.kind === 'create') {
        this.#open(request);
      } else {
        this.#ingest(request);
      }
    } catch (error) {
      this.#end(toStreamError(error, this.#context.onError));
    }
  }

  #open(request: CreateRequest): void {
    if (this.#appender !== undefined) {
      throw invalidArgument('create_stream was sent twice. Open one stream for each table.');
    }
    this.#requestedTable = request.tableName;
    const fault = this.#context.faults.onCreate(request.tableName);
    if (fault === 'hang') {
      this.#phase = 'hanging';
      return;
    }
    if (fault !== undefined) {
      throw StreamError.injected(fault, 'Refused by an injected fault.');
    }
    const table = openTable(request, this.#call.metadata, this.#context);
    this.#appender = new TableAppender(table, this.#call, this.#context, this);
    this.#phase = 'open';
    this.#write(encodeCreateStreamResponse(this.streamId));
    this.#opened = {
      streamId: this.streamId,
      tableName: table.fullName,
      recordType: recordTypeName(table.recordType) as 'JSON' | 'PROTO',
      userAgent: this.#userAgent,
    };
    this.#openedAtMs = performance.now();
    this.#openedAtEpochMs = Date.now();
    this.#context.activity.streamOpened(this.#opened);
    const { rotateAfterMs, rotationGraceMs } = this.#context;
    if (rotateAfterMs !== undefined) {
      this.#rotation = setTimeout(() => this.signalClose(rotationGraceMs), rotateAfterMs);
    }
  }

  get #userAgent(): string {
    return this.#call.metadata.get('user-agent')[0]?.toString() ?? '';
  }

  #ingest(request: IngestRequest): void {
    this.#context.activity.count('requestsReceived');
    if (this.#appender === undefined) {
      throw invalidArgument('The first request of a stream must be create_stream.');
    }
    try {
      this.#appender.append(request);
    } catch (error) {
      if (error instanceof RecordError && this.#opened !== undefined) {
        this.#reportRejection(error, request, this.#opened);
      }
      throw error;
    }
  }

  #reportRejection(error: RecordError, { records, offset = 0 }: IngestRequest, opened: OpenedStream): void {
    const { tableName, recordType, userAgent } = opened;
    const origin = { tableName, recordType, userAgent, offset, via: 'gRPC', client: this.#call.getPeer() } as const;
    this.#context.monitor.rejected(rejectionOf(error, records.bytesOf(error.index ?? 0), origin));
  }

  #onClientEnd(): void {
    if (this.#phase === 'creating') {
      this.#end(invalidArgument('The stream ended before create_stream was sent.'));
    } else if (this.#phase === 'open') {
      this.#end();
    }
  }

  /** Ends the stream with a status, or with OK if the client has ended it. The first status wins. */
  #end(failure?: StreamError): void {
    if (this.#phase !== 'ended') {
      this.#beginToEnd(this.#phase === 'shuttingDown' ? 'shuttingDown' : 'ending', failure);
    }
  }

  #beginToEnd(phase: 'ending' | 'shuttingDown', failure: StreamError | undefined): void {
    this.#phase = phase;
    if (failure !== undefined && this.#failure === undefined) {
      this.#failure = failure;
      if (this.#appender === undefined) {
        this.#reportRefusal(failure);
      }
      // Further requests are ignored, but the client must be able to finish its writes.
      this.#call.resume();
    }
    this.#endWhenIdle();
  }

  /** Sends the status once every request is answered by the storage and acknowledged. */
  #endWhenIdle(): void {
    const isShuttingDown = this.#phase === 'shuttingDown';
    if (this.#phase !== 'ending' && !isShuttingDown) {
      return;
    }
    if (this.#appender !== undefined && !(this.#appender.isSettled && this.#appender.acknowledge(isShuttingDown))) {
      return;
    }
    const failure = this.#failure;
    this.#release(failure?.code ?? status.OK);
    if (failure === undefined) {
      this.#call.end();
    } else {
      this.#call.emit('error', failure.toServiceStatus());
    }
  }

  #write(response: Buffer): void {
    if (this.#phase !== 'ended' && !this.#call.cancelled && this.#call.writable) {
      this.#call.write(response);
    }
  }

  /** Rows of a client that has left may still be on their way to the disk. */
  #resolveWhenSettled(): void {
    if (this.#appender?.isSettled !== false) {
      this.#resolveEnded();
    }
  }

  #reportRefusal({ code, logText }: StreamError): void {
    const { activity } = this.#context;
    activity.count('streamsRefused');
    activity.report({
      type: 'streamRefused',
      tableName: this.#requestedTable,
      userAgent: this.#userAgent,
      status: status[code] as keyof typeof status,
      reason: logText,
    });
  }

  /**
   * Releases timers and the place in the server. The caller ends the call, unless it is gone already.
   *
   * @param code the status that is sent, if the client is still there
   * @param cause why it ends without a failure and without its client's wish
   */
  #release(code: status = status.CANCELLED, cause = 'The client has cancelled it or is gone.'): void {
    if (this.#phase === 'ended') {
      return;
    }
    this.#phase = 'ended';
    clearTimeout(this.#rotation);
    this.#appender?.cancel();
    this.#context.streams.delete(this);
    this.#resolveWhenSettled();
    if (this.#opened !== undefined) {
      this.#context.activity.count('streamsOpen', -1);
      this.#context.activity.report({
        type: 'streamClosed',
        ...this.#opened,
        status: status[code] as keyof typeof status,
        reason: this.#failure?.logText ?? (code === status.OK ? '' : cause),
        durationMs: Math.round(performance.now() - this.#openedAtMs),
      });
    }
  }
}
