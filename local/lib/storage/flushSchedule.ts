import { toError } from '../toError.ts';
import { FailureReport } from './failureReport.ts';
import type { StoredTable } from './storedTable.ts';

/** Options of {@link FlushSchedule}. */
export interface FlushScheduleOptions {
  readonly table: StoredTable;
  /** Longest time that a row waits, in ms. */
  readonly flushIntervalMs: number;
  /**
   * Flushes the table's oldest sealed segment. If there is none, it only checks whether the table can be written to.
   */
  readonly flushOldest: (table: StoredTable) => Promise<void>;
  /** Called if a flush fails and no caller waits for it. */
  readonly onError: (error: Error) => void;
}

/** Delays between attempts after a failure, in ms. A disk that has room again is noticed within two seconds. */
const SHORTEST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 1500;

/**
 * Decides when one table is flushed: after the flush interval, when a segment is full, on demand, and after a failure.
 * Each table has its own schedule, so a table that fails does not hold up the others.
 */
export class FlushSchedule {
  readonly #options: FlushScheduleOptions;
  #timer: NodeJS.Timeout | undefined;
  /** The delay before the next attempt. 0 if the last attempt succeeded. */
  #retryMs = 0;
  /** Resolves when the last flush of this table in the queue has ended. */
  #queue: Promise<void> = Promise.resolve();
  #isStopped = false;
  readonly #failures: FailureReport;

  constructor(options: FlushScheduleOptions) {
    this.#options = options;
    this.#failures = new FailureReport(options.onError);
  }

  /** Flushes after the interval. If a timer is already running, it is left alone. */
  start(): void {
    this.#arm(this.#options.flushIntervalMs);
  }

  /** Flushes the segments that are already sealed, in the background. */
  flushSealed(): void {
    this.#watch(this.#enqueue(() => this.#flushSealed()));
  }

  /**
   * Flushes every acknowledged row.
   *
   * @throws the reason if they can't be flushed. They stay in the write-ahead log, and the flush is tried again.
   */
  async flush(): Promise<void> {
    const flushed = this.#enqueue(() => this.#sealAndFlush());
    flushed.then(
      () => this.#succeed(),
      () => this.#fail(),
    );
    await flushed;
  }

  /** Starts no more flushes. Resolves when the last one has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#queue;
  }

  #arm(delayMs: number): void {
    if (this.#isStopped) {
      return;
    }
    if (this.#timer !== undefined) {
      return;
    }
    const timer = setTimeout(() => {
      const flushed = this.#enqueue(async () => {
        if (this.#timer === timer) {
          this.#timer = undefined;
        }
        // While flushes fail, rows gather in one segment instead of in one for each attempt.
        await (this.#retryMs > 0 && this.#options.table.sealedSegments.length > 0
          ? this.#flushSealed()
          : this.#sealAndFlush());
      });
      this.#watch(flushed);
    }, delayMs);
    this.#timer = timer;
  }

  #watch(flushed: Promise<void>): void {
    flushed.then(
      () => this.#succeed(),
      (error: unknown) => {
        this.#failures.report(toError(error));
        this.#fail();
      },
    );
  }

  #succeed(): void {
    this.#retryMs = 0;
    if (this.#options.table.unflushedRows > 0) {
      this.start();
    }
  }

  #fail(): void {
    this.#retryMs = Math.min(LONGEST_RETRY_MS, Math.max(SHORTEST_RETRY_MS, this.#retryMs * 2));
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#arm(this.#retryMs);
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(task);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /**
   * Seals when it is this flush's turn. If flushes take longer than the interval, rows gather in one segment instead of
   * in more and more small ones.
   */
  async #sealAndFlush(): Promise<void> {
    await this.#options.table.seal();
    await this.#flushSealed();
  }

  async #flushSealed(): Promise<void> {
    const { table, flushOldest } = this.#options;
    if (table.problem !== undefined && table.sealedSegments.length === 0) {
      await flushOldest(table);
    }
    // Only segments that are sealed by now. Otherwise a table that accepts rows faster than they are flushed would
    // never finish.
    for (let left = table.sealedSegments.length; left > 0 && !this.#isStopped; left -= 1) {
      await flushOldest(table);
    }
  }
}
