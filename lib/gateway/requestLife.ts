import type { ServerResponse } from 'node:http';
import type { SchedulerLike, Subscription } from 'rxjs';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';
import { RequestError } from './requestError.ts';

/** The end of a request whose client has gone away: there is nothing to answer. */
export const CLIENT_GONE: unique symbol = Symbol('the client has gone away');

/** The time of a request, which ends when it is answered, when its client goes away, or after a timeout. */
export class RequestLife {
  readonly #response: ServerResponse;
  readonly #deadline: Subscription;
  readonly #over: Promise<never>;
  #end: (reason: unknown) => void = () => {};
  /** Whether its events have been taken in, so that only their rows are waited for. */
  isWaiting = false;
  readonly #onClose = (): void => this.#end(CLIENT_GONE);

  /** @param timeoutMs the longest time until the request is answered, in milliseconds */
  constructor(response: ServerResponse, scheduler: SchedulerLike, timeoutMs: number) {
    this.#response = response;
    this.#over = new Promise((_, reject) => {
      this.#end = reject;
    });
    this.#over.catch(() => {});
    response.on('close', this.#onClose);
    this.#deadline = scheduleDeadline(scheduler, timeoutMs, () => this.#end(tooLate()));
    if (response.destroyed) {
      this.#onClose();
    }
  }

  /** Waits for a step. Rejects when the request is over, whatever the step does then. */
  until<T>(step: T | PromiseLike<T>): Promise<T> {
    return Promise.race([this.#over, step]);
  }

  /** Ends the time early: the request is to be answered with an error. */
  fail(error: RequestError): void {
    this.#end(error);
  }

  /** Ends the time: the request is answered. */
  end(): void {
    this.#response.off('close', this.#onClose);
    this.#deadline.unsubscribe();
  }
}

function tooLate(): RequestError {
  return new RequestError(
    'ANSWER_TIMEOUT',
    'The rows of the request are not durable in time. They stay in flight: send it again.',
    1000,
  );
}
