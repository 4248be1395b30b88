import { randomUUID } from 'node:crypto';
import { Metadata, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { UnwritableTableError } from '../errors.ts';
import type { FaultStatus } from '../faults/faultStatus.ts';
import type { LiveStream } from '../faults/liveStream.ts';
import { RecordError } from '../records/recordError.ts';
import { type CreateRequest, decodeRequest, type IngestRequest } from '../wire/decodeRequest.ts';
import { encodeAck, encodeCloseStreamSignal, encodeCreateStreamResponse } from '../wire/encodeResponse.ts';
import { WireFormatError } from '../wire/protobufReader.ts';
import { recordTypeName } from '../wire/recordType.ts';
import { AckSender } from './ackSender.ts';
import { checkIngest } from './checkIngest.ts';
import type { IngestContext } from './ingestContext.ts';
import type { OpenedTable } from './openedTable.ts';
import { openTable } from './openTable.ts';
import { invalidArgument, rejection, StreamError } from './streamError.ts';

/**
 * A stream whose requests wait for the disk with more bytes than this is not read from until half of them are on it.
 */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

/**
 * The server's half of one `EphemeralStream` call.
 *
 * Requests are checked and handed to the storage as they arrive; the storage answers in their order, and each answer
 * raises the watermark that is acknowledged. However the stream ends, what was handed over before is waited for and
 * acknowledged first. No exception leaves this class: each becomes the status of this one stream.
 */
export class IngestStream implements LiveStream {
  readonly streamId: string = randomUUID();
  /** Resolves when the stream has ended and nothing of it waits for the disk any more. */
  readonly ended: Promise<void>;
  #resolveEnded: () => void = () => undefined;
  readonly #call: ServerDuplexStream<Buffer, Buffer>;
  readonly #context: IngestContext;
  #table: OpenedTable | undefined;
  #acks: AckSender | undefined;
  #nextOffset = 0;
  #pendingRequests = 0;
  #pendingBytes = 0;
  #isHanging = false;
  #hasClientEnded = false;
  #failure: StreamError | undefined;
  #hasStorageFailed = false;
  #hasEnded = false;
  #isShuttingDown = false;
  #rotation: NodeJS.Timeout | undefined;

  constructor(call: ServerDuplexStream<Buffer, Buffer>, context: IngestContext) {
    this.#call = call;
    this.#context = context;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** `catalog.schema.table`, or '' before the stream is open. */
  get tableName(): string {
    return this.#table?.fullName ?? '';
  }

  /** Starts to serve the call. */
  start(): void {
    // The official clients send create_stream only after they have the response headers.
    this.#call.sendMetadata(new Metadata());
    this.#context.streams.add(this);
    this.#call.on('data', (message: Buffer) => this.#onMessage(message));
    this.#call.on('end', () => this.#onClientEnd());
    this.#call.on('cancelled', () => this.#release());
    this.#call.on('close', () => this.#release());
    this.#call.on('error', () => this.#release());
  }

  closeWith(fault: FaultStatus): void {
    this.#fail(new StreamError(fault.code, fault.message ?? 'Closed by an injected fault.', fault.errorInfo));
  }

  signalClose(durationMs: number): void {
    if (this.#table === undefined || this.#isEnding) {
      return;
    }
    clearTimeout(this.#rotation);
    this.#write(encodeCloseStreamSignal(durationMs));
    this.#rotation = setTimeout(() => {
      const message = `Stream timeout reached. Closing the stream (ID ${this.streamId}). Error Code: 6002, Error State: 0`;
      this.#fail(new StreamError(status.UNAVAILABLE, message));
    }, durationMs);
  }

  cut(): void {
    this.#context.cutConnection(this.#call.getPeer());
    this.#release();
  }

  /** Ends the stream because the server goes away. What is pending is acknowledged first. */
  shutDown(): void {
    this.#isShuttingDown = true;
    this.#fail(
      new StreamError(status.UNAVAILABLE, `zerobus-local is shutting down. Closing the stream (ID ${this.streamId}).`),
    );
    this.#endWhenIdle();
  }

  get #isEnding(): boolean {
    return this.#hasEnded || this.#hasClientEnded || this.#failure !== undefined;
  }

  #onMessage(message: Buffer): void {
    if (this.#isEnding || this.#isHanging) {
      return;
    }
    try {
      const request = decodeRequest(message);
      if (request.kind === 'empty') {
        throw invalidArgument('A request has no payload that this server knows.');
      }
      if (request.kind === 'create') {
        this.#open(request);
      } else {
        this.#ingest(request);
      }
    } catch (error) {
      this.#fail(this.#toStreamError(error));
    }
  }

  #open(request: CreateRequest): void {
    if (this.#table !== undefined) {
      throw invalidArgument('create_stream was sent twice.');
    }
    const fault = this.#context.faults.onCreate(request.tableName);
    if (fault === 'hang') {
      this.#isHanging = true;
      return;
    }
    if (fault !== undefined) {
      throw new StreamError(fault.code, fault.message ?? 'Refused by an injected fault.', fault.errorInfo);
    }
    const table = openTable(request, this.#call.metadata, this.#context);
    this.#table = table;
    this.#acks = new AckSender(
      (offset) => this.#sendAck(offset),
      this.#context.faults,
      table.fullName,
      () => this.#endWhenIdle(),
    );
    this.#write(encodeCreateStreamResponse(this.streamId));
    this.#context.activity.streamOpened({
      streamId: this.streamId,
      tableName: table.fullName,
      recordType: recordTypeName(table.recordType) as 'JSON' | 'PROTO',
      userAgent: this.#call.metadata.get('user-agent')[0]?.toString() ?? '',
    });
    const { rotateAfterMs, rotationGraceMs } = this.#context;
    if (rotateAfterMs !== undefined) {
      this.#rotation = setTimeout(() => this.signalClose(rotationGraceMs), rotateAfterMs);
    }
  }

  #ingest(request: IngestRequest): void {
    const table = this.#table;
    this.#context.activity.count('requestsReceived');
    if (table === undefined) {
      throw invalidArgument('The first request of a stream must be create_stream.');
    }
    checkIngest(request, table, this.#nextOffset);
    const { count } = request.records;
    const rowLines = table.reader.toRowLines(request.records);
    const stored = this.#context.sink.append(table.fullName, rowLines, count);
    const offset = this.#nextOffset++;
    this.#context.activity.count('recordsAccepted', count);
    this.#pendingRequests++;
    this.#pendingBytes += rowLines.length;
    if (this.#pendingBytes > MAX_PENDING_BYTES) {
      this.#call.pause();
    }
    stored.then(
      () => this.#onDurable(offset, rowLines.length),
      (error: unknown) => this.#onStorageFailure(error),
    );
  }

  #onDurable(offset: number, byteLength: number): void {
    this.#pendingRequests--;
    this.#pendingBytes -= byteLength;
    if (this.#hasEnded) {
      this.#settle();
      return;
    }
    // An ack covers all offsets before it, so none may go out beyond one that was not stored.
    if (!this.#hasStorageFailed) {
      this.#acks?.durableUpTo(offset);
    }
    if (this.#call.isPaused() && this.#pendingBytes <= MAX_PENDING_BYTES / 2) {
      this.#call.resume();
    }
    this.#endWhenIdle();
  }

  #onStorageFailure(error: unknown): void {
    this.#pendingRequests--;
    this.#hasStorageFailed = true;
    const isUnwritable = error instanceof UnwritableTableError;
    if (!isUnwritable) {
      this.#context.onError(error);
    }
    if (this.#hasEnded) {
      this.#settle();
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    this.#fail(
      isUnwritable
        ? invalidArgument(reason)
        : new StreamError(status.UNAVAILABLE, `The records could not be stored: ${reason}`),
    );
    this.#endWhenIdle();
  }

  #onClientEnd(): void {
    this.#hasClientEnded = true;
    if (this.#table === undefined && !this.#isHanging) {
      this.#fail(invalidArgument('The stream ended before create_stream was sent.'));
    } else {
      this.#endWhenIdle();
    }
  }

  #fail(error: StreamError): void {
    if (this.#failure !== undefined || this.#hasEnded) {
      return;
    }
    this.#failure = error;
    this.#isHanging = false;
    if (this.#table === undefined) {
      this.#context.activity.count('streamsRefused');
    }
    // Nothing more is read for its content, but the client must be able to finish its writes.
    this.#call.resume();
    this.#endWhenIdle();
  }

  /** Sends the status once everything that was handed to the storage is acknowledged. */
  #endWhenIdle(): void {
    if (this.#hasEnded || !this.#isEnding || this.#pendingRequests > 0 || this.#isHanging) {
      return;
    }
    this.#acks?.flush();
    if (this.#isShuttingDown) {
      this.#acks?.sendDelayed();
    }
    if (this.#acks !== undefined && !this.#acks.isIdle) {
      return;
    }
    const failure = this.#failure;
    this.#release();
    if (failure === undefined) {
      this.#call.end();
    } else {
      this.#call.emit('error', failure.toServiceStatus());
    }
  }

  #sendAck(offset: number | undefined): void {
    this.#write(encodeAck(offset));
    this.#context.activity.count('acksSent');
  }

  #write(response: Buffer): void {
    if (!this.#hasEnded && !this.#call.cancelled && this.#call.writable) {
      this.#call.write(response);
    }
  }

  /** After the end: a client that left may have rows on their way to the disk. */
  #settle(): void {
    if (this.#pendingRequests === 0) {
      this.#resolveEnded();
    }
  }

  /** Lets go of timers and of the place in the server; the call itself is ended by the caller or is gone already. */
  #release(): void {
    if (this.#hasEnded) {
      return;
    }
    this.#hasEnded = true;
    clearTimeout(this.#rotation);
    this.#acks?.cancel();
    this.#context.streams.delete(this);
    this.#settle();
    if (this.#table !== undefined) {
      this.#context.activity.count('streamsOpen', -1);
    }
  }

  #toStreamError(error: unknown): StreamError {
    if (error instanceof StreamError) {
      return error;
    }
    if (error instanceof RecordError) {
      return rejection(error);
    }
    if (error instanceof WireFormatError) {
      return invalidArgument(`A request is no EphemeralStreamRequest: ${error.message}.`);
    }
    this.#context.onError(error);
    return new StreamError(
      status.INTERNAL,
      `zerobus-local failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
