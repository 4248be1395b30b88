import type { Readable } from 'node:stream';
import { appendRecords } from '../ingest/appendRecords.ts';
import type { IngestRequest } from '../wire/decodeRequest.ts';
import { AckSender } from './ackSender.ts';
import { checkIngest } from './checkIngest.ts';
import type { IngestContext } from './ingestContext.ts';
import type { OpenedTable } from './openTable.ts';
import { PendingAppends } from './pendingAppends.ts';
import { StreamProgress } from './streamProgress.ts';

/** Is notified by a {@link TableAppender}. */
export interface AppendObserver {
  /** Sends one ack. */
  sendAck(offset: number | undefined): void;
  /** Called if the storage could not store a request. */
  onFailure(error: unknown): void;
  /** Called when the storage has answered a request, or when the last delayed ack is sent. */
  onProgress(): void;
}

/**
 * Appends the requests of one open stream to its table. The storage answers in their order, and each answer raises the
 * watermark that is acknowledged.
 */
export class TableAppender {
  readonly table: OpenedTable;
  readonly progress: StreamProgress;
  readonly #context: IngestContext;
  readonly #observer: AppendObserver;
  readonly #pending: PendingAppends;
  readonly #acks: AckSender;
  #nextOffset = 0;
  #isStopped = false;

  /** @param source is paused while too many bytes wait for the disk */
  constructor(table: OpenedTable, source: Readable, context: IngestContext, observer: AppendObserver) {
    this.table = table;
    this.#context = context;
    this.#observer = observer;
    this.#pending = new PendingAppends(source);
    this.progress = new StreamProgress(context.monitor);
    this.#acks = new AckSender(
      (offset) => observer.sendAck(offset),
      context.faults,
      table.fullName,
      this.progress,
      () => observer.onProgress(),
    );
  }

  /** Whether the storage has answered every request. */
  get isSettled(): boolean {
    return this.#pending.isEmpty;
  }

  /**
   * Checks a request and hands its records to the storage.
   *
   * @throws {@link StreamError} or {@link RecordError} if the table can't take the request
   */
  append(request: IngestRequest): void {
    const arrivedAtMs = this.#context.monitor.isWatched ? performance.now() : undefined;
    checkIngest(request, this.table, this.#nextOffset);
    const { fullName, reader } = this.table;
    const { records } = request;
    const { stored, byteLength } = appendRecords(records, fullName, reader, this.#context);
    const offset = this.#nextOffset++;
    this.#pending.add(byteLength);
    const { count, byteLength: receivedBytes } = records;
    this.progress.received(offset, count, receivedBytes, arrivedAtMs);
    stored.then(
      () => {
        this.progress.stored(count, receivedBytes);
        this.#onStored(offset, byteLength);
      },
      (error: unknown) => this.#onFailure(error, byteLength),
    );
  }

  /**
   * Sends the acks of everything that is durable.
   *
   * @param skipsDelays whether acks that a fault delays are sent now
   * @returns whether every ack has been sent
   */
  acknowledge(skipsDelays: boolean): boolean {
    this.#acks.flush();
    if (skipsDelays) {
      this.#acks.sendDelayed();
    }
    return this.#acks.isIdle;
  }

  /** Drops all acks. The storage may still answer requests. */
  cancel(): void {
    this.#isStopped = true;
    this.#acks.cancel();
  }

  #onStored(offset: number, byteLength: number): void {
    this.#pending.settle(byteLength);
    // An ack covers all offsets before it, so it must not go beyond an offset that was not stored.
    if (!this.#isStopped) {
      this.#acks.durableUpTo(offset);
      this.#pending.resume();
    }
    this.#observer.onProgress();
  }

  #onFailure(error: unknown, byteLength: number): void {
    this.#pending.settle(byteLength);
    this.#isStopped = true;
    this.#observer.onFailure(error);
    this.#observer.onProgress();
  }
}
