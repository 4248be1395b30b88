import { status } from '@grpc/grpc-js';
import { StreamError } from '../ingest/streamError.ts';

/** How many queries wait at most, beside the one that runs. */
const MOST_WAITING = 16;

/** Runs one query at a time, so that many of them need no more memory than one. */
export class QueryQueue {
  readonly #mostMs: number;
  /** What starts the queries that wait, oldest first. */
  readonly #waiting = new Set<() => void>();
  #isRunning = false;

  /** @param mostMs how long a query may run, in ms */
  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /**
   * Runs a query after those that wait already.
   *
   * @param signal aborted if nothing waits for the result any more
   * @param query gives up when its signal is aborted, and then throws the reason of it
   * @throws {@link StreamError} `RESOURCE_EXHAUSTED` if too many wait, `DEADLINE_EXCEEDED` if the query takes too long
   */
  async run<Result>(signal: AbortSignal, query: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    await this.#takeTurn(signal);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tookTooLong(this.#mostMs)), this.#mostMs);
    try {
      return await query(AbortSignal.any([signal, limit.signal]));
    } finally {
      clearTimeout(timer);
      this.#startNext();
    }
  }

  #takeTurn(signal: AbortSignal): Promise<void> {
    if (!this.#isRunning) {
      this.#isRunning = true;
      return Promise.resolve();
    }
    if (this.#waiting.size >= MOST_WAITING) {
      const message = `${MOST_WAITING} queries wait already, and one runs at a time. Send the request again later.`;
      return Promise.reject(new StreamError(status.RESOURCE_EXHAUSTED, message));
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.delete(start);
        reject(signal.reason);
      };
      this.#waiting.add(start);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #startNext(): void {
    const [start] = this.#waiting;
    if (start === undefined) {
      this.#isRunning = false;
    } else {
      this.#waiting.delete(start);
      start();
    }
  }
}

function tookTooLong(mostMs: number): StreamError {
  return new StreamError(
    status.DEADLINE_EXCEEDED,
    `The query was given up after ${mostMs / 1000} s. Read fewer rows with WHERE or LIMIT, or run it with "zerobus-local sql", which has no limit.`,
  );
}
