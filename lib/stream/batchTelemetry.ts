import type { SchedulerLike } from 'rxjs';
import type { ZerobusErrorCode } from '../errors/zerobusError.ts';
import { batchChannel } from '../telemetry/batchChannel.ts';
import type { BatchInfo } from '../telemetry/batchInfo.ts';
import { recordChannel } from '../telemetry/recordChannel.ts';
import type { StreamInfo } from '../telemetry/streamInfo.ts';
import { monotonicNow } from '../time/monotonicNow.ts';
import { type Batch, batchBytes } from '../wire/batch.ts';
import type { BatchObserver } from './batchObserver.ts';

/** A batch that a subscriber knows, and its times in milliseconds. */
interface KnownBatch {
  readonly info: { -readonly [Key in keyof BatchInfo]: BatchInfo[Key] };
  readonly sealedAt: number;
  sentAt: number;
}

/**
 * Publishes the life of each batch of a stream to the channel of batches.
 *
 * A batch that is sealed while the channel has no subscriber is not known, and nothing is published about it later. It
 * costs one look at the channel, and one at the known batches for each event after that.
 */
export class BatchTelemetry implements BatchObserver {
  /** Whether the records of the open batch are published. Decided at the beginning, and when a batch is sealed. */
  tracesRecords = false;
  readonly #known = new Map<Batch, KnownBatch>();
  readonly #stream: StreamInfo;
  readonly #scheduler: SchedulerLike;
  /** The message of all records. */
  readonly #record: { readonly stream: StreamInfo; index: number };
  #count = 0;
  /** The reason of the refusal that is looked into. */
  #refusedBy: ZerobusErrorCode = 'INTERNAL';
  #isOver = false;

  constructor(stream: StreamInfo, scheduler: SchedulerLike) {
    this.#stream = stream;
    this.#scheduler = scheduler;
    this.#record = { stream, index: 0 };
  }

  /** The number of batches that subscribers know and that are not over. */
  get knownCount(): number {
    return this.#known.size;
  }

  /** A record is about to enter the open batch, behind this number of others. */
  onEntering(index: number): void {
    this.#record.index = index;
    recordChannel.publish(this.#record);
  }

  /** The stream begins. */
  onOpened(): void {
    this.tracesRecords = recordChannel.hasSubscribers;
  }

  /** The service has refused what is in flight. The batches that are rejected or split next are so for this reason. */
  onRefusal(errorCode: ZerobusErrorCode): void {
    this.#refusedBy = errorCode;
  }

  onSealed(batch: Batch): void {
    if (this.#isOver) {
      return;
    }
    this.tracesRecords = recordChannel.hasSubscribers;
    if (batchChannel.hasSubscribers) {
      const { info } = this.#add(batch, this.#now(), 0);
      batchChannel.publish({ kind: 'sealed', stream: this.#stream, batch: info });
    }
  }

  onSent(batch: Batch): void {
    const known = this.#find(batch);
    if (known !== undefined) {
      known.info.attempts++;
      known.sentAt = this.#now();
      batchChannel.publish({ kind: 'sent', stream: this.#stream, batch: known.info });
    }
  }

  onDurable(batch: Batch): void {
    const known = this.#take(batch);
    if (known !== undefined) {
      const now = this.#now();
      batchChannel.publish({
        kind: 'durable',
        stream: this.#stream,
        batch: known.info,
        durationMs: now - known.sealedAt,
        ackMs: now - known.sentAt,
      });
    }
  }

  onRejected(batch: Batch): void {
    const known = this.#take(batch);
    if (known !== undefined) {
      batchChannel.publish({
        kind: 'rejected',
        stream: this.#stream,
        batch: known.info,
        errorCode: this.#refusedBy,
        durationMs: this.#now() - known.sealedAt,
      });
    }
  }

  onReplaced(batch: Batch, by: Batch): void {
    const known = this.#take(batch);
    if (known !== undefined) {
      this.#known.set(by, known);
    }
  }

  onSplit(batch: Batch, [first, second]: readonly [Batch, Batch]): void {
    const known = this.#take(batch);
    if (known !== undefined) {
      const { info, sealedAt } = known;
      const parts = [first, second].map((part) => this.#add(part, sealedAt, info.attempts).info);
      batchChannel.publish({ kind: 'split', stream: this.#stream, batch: info, errorCode: this.#refusedBy, parts });
    }
  }

  onDropped(batch: Batch, rest: Batch | undefined): void {
    const known = this.#take(batch);
    if (known === undefined) {
      return;
    }
    const { info } = known;
    const { records } = info;
    info.records = rest?.recordCount ?? 0;
    info.bytes = rest === undefined ? 0 : batchBytes(rest);
    if (rest !== undefined) {
      this.#known.set(rest, known);
    }
    batchChannel.publish({ kind: 'dropped', stream: this.#stream, batch: info, records: records - info.records });
  }

  /** The stream has ended. Nothing is published afterwards. */
  end(errorCode: ZerobusErrorCode | undefined): void {
    this.#isOver = true;
    this.tracesRecords = false;
    if (this.#known.size === 0) {
      return;
    }
    const now = this.#now();
    // Forgotten first, since a subscriber may drop some of them from within.
    const left = [...this.#known.values()];
    this.#known.clear();
    for (const { info, sealedAt } of left) {
      const durationMs = now - sealedAt;
      batchChannel.publish({ kind: 'abandoned', stream: this.#stream, batch: info, errorCode, durationMs });
    }
  }

  #now(): number {
    return monotonicNow(this.#scheduler);
  }

  #add(batch: Batch, sealedAt: number, attempts: number): KnownBatch {
    const info = {
      id: ++this.#count,
      records: batch.recordCount,
      bytes: batchBytes(batch),
      isWhole: batch.isWhole === true,
      attempts,
    };
    const known = { info, sealedAt, sentAt: sealedAt };
    this.#known.set(batch, known);
    return known;
  }

  #find(batch: Batch): KnownBatch | undefined {
    return this.#known.size === 0 ? undefined : this.#known.get(batch);
  }

  #take(batch: Batch): KnownBatch | undefined {
    const known = this.#find(batch);
    if (known !== undefined) {
      this.#known.delete(batch);
    }
    return known;
  }
}
