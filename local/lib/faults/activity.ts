import type { OpenedStream } from './openedStream.ts';
import type { ServerEvent } from './serverEvent.ts';

/** Counts of what the server has done since it started. */
export interface ActivityCounters {
  readonly streamsOpened: number;
  /** Streams that did not get a `create_stream_response`. */
  readonly streamsRefused: number;
  readonly streamsOpen: number;
  /** All ingest requests received, over gRPC and over REST, also those that were refused. */
  readonly requestsReceived: number;
  /** Records that fit their table and were handed to the storage. */
  readonly recordsAccepted: number;
  /** Bytes of these records, as they arrived. */
  readonly bytesAccepted: number;
  /** Acks, and answers to REST requests whose records are stored. */
  readonly acksSent: number;
  readonly tokensIssued: number;
  readonly tokensRefused: number;
}

interface StreamWaiter {
  readonly table: string | undefined;
  readonly resolve: (stream: OpenedStream) => void;
}

interface Waiter {
  readonly isReached: (counters: ActivityCounters) => boolean;
  readonly resolve: () => void;
}

/** Shows tests what the server does: counters, and promises of their values and of the next stream. */
export class Activity {
  readonly #waiting: StreamWaiter[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #counts: { -readonly [Name in keyof ActivityCounters]: number } = {
    streamsOpened: 0,
    streamsRefused: 0,
    streamsOpen: 0,
    requestsReceived: 0,
    recordsAccepted: 0,
    bytesAccepted: 0,
    acksSent: 0,
    tokensIssued: 0,
    tokensRefused: 0,
  };

  /** @internal Called by the server with what happens. It must not throw. */
  readonly report: (event: ServerEvent) => void;

  constructor(report: (event: ServerEvent) => void = () => undefined) {
    this.report = report;
  }

  /** The present counters. */
  get counters(): ActivityCounters {
    return { ...this.#counts };
  }

  /** Resolves with the next stream that is opened, into `table` if one is given. */
  nextStream(table?: string): Promise<OpenedStream> {
    return new Promise((resolve) => this.#waiting.push({ table, resolve }));
  }

  /** Resolves once `isReached` returns true: `activity.until((c) => c.recordsAccepted >= 100)`. */
  until(isReached: (counters: ActivityCounters) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.add({ isReached, resolve });
      this.#wakeWaiters();
    });
  }

  /** @internal */
  count(name: keyof ActivityCounters, by = 1): void {
    this.#counts[name] += by;
    if (this.#waiters.size > 0) {
      this.#wakeWaiters();
    }
  }

  /** @internal */
  streamOpened(stream: OpenedStream): void {
    this.count('streamsOpened');
    this.count('streamsOpen');
    this.report({ type: 'streamOpened', ...stream });
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      const { table, resolve } = this.#waiting[index] as StreamWaiter;
      if (table !== undefined && table !== stream.tableName) {
        continue;
      }
      this.#waiting.splice(index, 1);
      resolve(stream);
    }
  }

  #wakeWaiters(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.isReached(this.#counts)) {
        continue;
      }
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
