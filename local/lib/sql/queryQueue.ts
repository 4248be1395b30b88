import { status } from '@grpc/grpc-js';
import { StreamError } from '../ingest/streamError.ts';

/** How many queries wait at most, beside the one that runs. */
const MOST_WAITING = 16;

/**
 * Runs one query at a time, so that many of them need no more memory than one.
 */
export class QueryQueue {
  readonly #mostMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

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
    if (this.#pending > MOST_WAITING) {
      throw new StreamError(
        status.RESOURCE_EXHAUSTED,
        `${MOST_WAITING} queries wait already, and one runs at a time. Send the request again later.`,
      );
    }
    this.#pending += 1;
    const done = this.#last.then(() => this.#runNext(signal, query));
    this.#last = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      this.#pending -= 1;
    }
  }

  async #runNext<Result>(signal: AbortSignal, query: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tookTooLong(this.#mostMs)), this.#mostMs);
    try {
      return await query(AbortSignal.any([signal, limit.signal]));
    } finally {
      clearTimeout(timer);
    }
  }
}

function tookTooLong(mostMs: number): StreamError {
  return new StreamError(
    status.DEADLINE_EXCEEDED,
    `The query was given up after ${mostMs / 1000} s. Read fewer rows with WHERE or LIMIT, or run it with "zerobus-local sql", which has no limit.`,
  );
}
