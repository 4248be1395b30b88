import { Writable } from 'node:stream';
import { isError } from '../errors/isError.ts';
import { isZerobusError, type RecordPayload, type ZerobusError } from '../errors/zerobusError.ts';
import { Queue } from '../stream/queue.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import { RecordSink, type RecordSinkParts } from './recordSink.ts';

type Callback = (error?: Error | null) => void;

/** A chunk in the buffer of a `Writable`. */
interface Chunk {
  readonly chunk: ZerobusRecord;
}

/**
 * A Node `Writable` in object mode whose chunks become rows. Created by `zerobusWritable`.
 *
 * Besides the events of every `Writable`, it emits `durable` with the watermark: offset `n` means that the records 0…n
 * are durable.
 */
export class ZerobusWritable extends Writable {
  readonly #sink: RecordSink;
  /** The records of a write that were not accepted yet. */
  readonly #waiting = new Queue<ZerobusRecord>();
  /** The callback of the write that waits for room. */
  #written: Callback | undefined;
  /** The callback of the end, which waits until everything is durable. */
  #ended: Callback | undefined;
  /** Whether the chunks of a `writev` are in the buffer of the `Writable` as well. */
  #isTakingBuffer = false;
  #handedBack: ZerobusError | undefined;

  /** @internal */
  constructor(parts: RecordSinkParts, highWaterMark: number) {
    super({ objectMode: true, highWaterMark });
    this.#sink = new RecordSink(parts);
    this.#sink.open({
      onRoom: () => this.#accept(),
      onDurable: (offset) => void this.emit('durable', offset),
      onFailure: (failure) => this.#fail(failure),
      onComplete: () => this.#ended?.(),
    });
  }

  /** The last durable offset, -1 before the first. */
  get durableOffset(): number {
    return this.#sink.durableOffset;
  }

  /**
   * Every record that was written and is not known to be durable, in order, as the payload that would have been sent.
   * Empty while the stream is not destroyed.
   */
  get unacked(): readonly RecordPayload[] {
    return this.#handedBack?.unacked ?? [];
  }

  /** @internal Accepts a record. The callback waits for room. */
  override _write(record: ZerobusRecord, _encoding: BufferEncoding, callback: Callback): void {
    this.#written = callback;
    this.#waiting.push(record);
    this.#accept();
  }

  /** @internal Accepts the records that were buffered. The callback waits for room. */
  override _writev(chunks: readonly Chunk[], callback: Callback): void {
    this.#written = callback;
    for (const { chunk } of chunks) {
      this.#waiting.push(chunk);
    }
    this.#isTakingBuffer = true;
    this.#accept();
    this.#isTakingBuffer = false;
  }

  /** @internal The callback waits until everything is durable. */
  override _final(callback: Callback): void {
    this.#ended = callback;
    this.#sink.end();
  }

  /** @internal Cancels everything at once. */
  override _destroy(error: Error | null, callback: Callback): void {
    this.#handedBack ??= this.#sink.cancelled(error ?? undefined, this.#notAccepted());
    this.#sink.cancel();
    const [written, ended] = [this.#written, this.#ended];
    this.#written = undefined;
    this.#ended = undefined;
    written?.(error ?? this.#handedBack);
    ended?.(error ?? this.#handedBack);
    callback(error);
  }

  #accept(): void {
    const sink = this.#sink;
    while (sink.hasRoom && this.#waiting.length > 0) {
      sink.add(this.#waiting.shift() as ZerobusRecord);
    }
    if (sink.hasRoom && this.#written !== undefined) {
      const written = this.#written;
      this.#written = undefined;
      written();
    }
  }

  #fail(failure: unknown): void {
    if (isZerobusError(failure)) {
      this.#handedBack = this.#sink.failed(failure, this.#notAccepted());
      this.destroy(this.#handedBack);
      return;
    }
    // The reason of the signal, which is forwarded unchanged if Node.js takes it for an error.
    this.#handedBack = this.#sink.cancelled(failure, this.#notAccepted());
    this.destroy(isError(failure) ? failure : this.#handedBack);
  }

  /** Returns the records that were written and not accepted, also those in the buffer of the `Writable`. */
  #notAccepted(): ZerobusRecord[] {
    const waiting = this.#waiting.clear();
    // Node.js has no documented access to them, and drops them.
    const buffer: unknown = Reflect.get(this, 'writableBuffer');
    if (this.#isTakingBuffer || !Array.isArray(buffer)) {
      return waiting;
    }
    return [...waiting, ...buffer.filter((each) => each !== null).map(({ chunk }: Chunk) => chunk)];
  }
}
