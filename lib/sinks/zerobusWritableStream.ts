import { WritableStream } from 'node:stream/web';
import { isZerobusError, type RecordPayload, type ZerobusError } from '../errors/zerobusError.ts';
import { Queue } from '../stream/queue.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import { RecordSink, type RecordSinkParts } from './recordSink.ts';

/** The two ends of a promise that waits for room, or until everything is durable. */
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The part of a `WritableStreamDefaultController` that is used here. */
interface Controller {
  readonly signal: AbortSignal;
  error(reason: unknown): void;
}

/** What a web stream does with its chunks. */
class WebSink {
  readonly #sink: RecordSink;
  /** The chunks in the queue of the stream. */
  readonly #queued = new Queue<ZerobusRecord>();
  #waiting: Waiting | undefined;
  #isEnding = false;
  #handedBack: ZerobusError | undefined;

  constructor(parts: RecordSinkParts) {
    this.#sink = new RecordSink(parts);
  }

  get durableOffset(): number {
    return this.#sink.durableOffset;
  }

  get unacked(): readonly RecordPayload[] {
    return this.#handedBack?.unacked ?? [];
  }

  /** Counts a chunk that enters the queue. */
  size(chunk: ZerobusRecord): number {
    if (this.#handedBack === undefined) {
      this.#queued.push(chunk);
    }
    return 1;
  }

  start(controller: Controller): void {
    // An abort reaches the method of a sink only behind the write that it is to end.
    controller.signal.addEventListener('abort', () => this.#cancel(controller.signal.reason));
    this.#sink.open({
      onRoom: () => {
        if (!this.#isEnding) {
          this.#settle();
        }
      },
      onDurable: () => {},
      onFailure: (failure) => {
        const rest = this.#queued.clear();
        const isKnown = isZerobusError(failure);
        this.#handedBack = isKnown ? this.#sink.failed(failure, rest) : this.#sink.cancelled(failure, rest);
        // Otherwise it is the reason of the signal, which is forwarded unchanged.
        const reason = isKnown ? this.#handedBack : failure;
        controller.error(reason);
        this.#waiting?.reject(reason);
      },
      onComplete: () => this.#settle(),
    });
  }

  write(chunk: ZerobusRecord): Promise<void> | undefined {
    this.#queued.shift();
    this.#sink.add(chunk);
    return this.#sink.hasRoom || this.#handedBack !== undefined ? undefined : this.#wait();
  }

  close(): Promise<void> {
    this.#isEnding = true;
    const closed = this.#wait();
    this.#sink.end();
    return closed;
  }

  #cancel(reason: unknown): void {
    this.#handedBack ??= this.#sink.cancelled(reason, this.#queued.clear());
    this.#sink.cancel();
    this.#waiting?.reject(reason);
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #settle(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}

/** A web `WritableStream` whose chunks become rows. Created by `zerobusWritableStream`. */
export class ZerobusWritableStream<Row = ZerobusRecord> extends WritableStream<Row> {
  readonly #sink: WebSink;

  /** @internal */
  constructor(parts: RecordSinkParts, highWaterMark: number) {
    const sink = new WebSink(parts);
    super(
      {
        // The types of Node.js 20 miss the signal.
        start: (controller) => sink.start(controller as unknown as Controller),
        write: (chunk) => sink.write(chunk as ZerobusRecord),
        close: () => sink.close(),
      },
      { highWaterMark, size: (chunk) => sink.size(chunk as ZerobusRecord) },
    );
    this.#sink = sink;
  }

  /** The last durable offset, -1 before the first. */
  get durableOffset(): number {
    return this.#sink.durableOffset;
  }

  /**
   * Every record that was written and is not known to be durable, in order, as the payload that would have been sent.
   * Empty while the stream has not failed and is not aborted.
   */
  get unacked(): readonly RecordPayload[] {
    return this.#sink.unacked;
  }
}
