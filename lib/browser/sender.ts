import { reasonOf } from '../errors/reasonOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { backoffMs } from '../stream/backoff.ts';
import type { GatewayEventDetails } from './gatewayEvent.ts';
import type { GatewayOptions } from './gatewayOptions.ts';
import { type Answer, parseAnswer, type Refusal } from './request/parseAnswer.ts';
import { requestText } from './request/requestText.ts';
import { type GatewayHeaders, sendRequest } from './request/sendRequest.ts';
import { utf8Length } from './request/utf8Length.ts';
import type { EventStore, Progress, Taken } from './store/eventStore.ts';
import { Wait } from './wait.ts';

/** Options of a {@link Sender}. */
export interface SenderOptions {
  readonly options: GatewayOptions;
  readonly store: EventStore;
  /** Called whenever it is known how far the events are, with those that the gateway has refused. */
  readonly onProgress: (progress: Progress, refused: readonly Refusal[]) => void;
  readonly report: (event: GatewayEventDetails) => void;
}

/**
 * Sends the events of a store to the gateway, in order and one request after the other, and removes what is durable.
 *
 * Each attempt reads the store again, so there is no second copy that could differ from it.
 */
export class Sender {
  readonly #parts: SenderOptions;
  readonly #stored: Wait;
  readonly #retry: Wait;
  #headers: GatewayHeaders | undefined;
  #request: AbortController | undefined;
  #failures = 0;
  /** Halved if a request is too large, and doubled with each success. */
  #maxEvents: number;

  constructor(parts: SenderOptions) {
    const { scheduler, maxRequestEvents } = parts.options;
    this.#parts = parts;
    this.#stored = new Wait(scheduler);
    this.#retry = new Wait(scheduler);
    this.#maxEvents = maxRequestEvents;
  }

  /** The store has new events. */
  onStored(): void {
    this.#stored.wake();
  }

  /** The browser is online again, or says so: the wait for the next attempt ends, and the next one is short. */
  onOnline(): void {
    this.#failures = 0;
    this.#retry.wake();
  }

  /** The browser is offline: nothing answers the request that is on its way. */
  onOffline(): void {
    this.#request?.abort(new Error('The browser is offline.'));
  }

  /**
   * Sends what is stored until the signal aborts.
   *
   * @throws {@link ZerobusError} `INVALID_ARGUMENT` if the gateway does not understand a request, or `STORAGE_FAILED`
   */
  async run(signal: AbortSignal): Promise<void> {
    const { store, options, onProgress } = this.#parts;
    while (!signal.aborted) {
      const taken = await store.take({ events: this.#maxEvents, bytes: options.maxRequestBytes });
      onProgress(taken, []);
      if (signal.aborted) {
        return;
      }
      if (taken.events.length === 0) {
        await this.#stored.forNews(signal);
        continue;
      }
      const answer = await this.#ask(taken, signal);
      if (!signal.aborted) {
        await this.#settle(taken, answer, signal);
      }
    }
  }

  async #ask({ client, done, events }: Taken, signal: AbortSignal): Promise<Answer> {
    const { options, report } = this.#parts;
    const [first, last] = [events[0]?.sequence ?? 0, events.at(-1)?.sequence ?? 0];
    const controller = new AbortController();
    const abort = (): void => controller.abort(signal.reason);
    const timer = options.scheduler.schedule(
      () => controller.abort(new Error('There was no answer in time.')),
      options.requestTimeoutMs,
    );
    signal.addEventListener('abort', abort);
    this.#request = controller;
    this.#retry.clear();
    try {
      this.#headers ??= await unlessAborted(controller.signal, options.headers?.() ?? {});
      const body = requestText(client, done + 1, events);
      report({ kind: 'sent', count: events.length, bytes: utf8Length(body), first, last });
      const { url, credentials } = options;
      const response = await sendRequest({ url, credentials, headers: this.#headers, body, signal: controller.signal });
      return parseAnswer(response, first, last, options.scheduler.now());
    } catch (error) {
      return { kind: 'retry', reason: reasonOf(error), isUnauthorized: false };
    } finally {
      this.#request = undefined;
      signal.removeEventListener('abort', abort);
      timer.unsubscribe();
    }
  }

  async #settle(taken: Taken, answer: Answer, signal: AbortSignal): Promise<void> {
    const { options, report } = this.#parts;
    const { events } = taken;
    if (answer.kind === 'durable') {
      await this.#remove(taken, answer.refused);
      this.#failures = 0;
      this.#maxEvents = Math.min(options.maxRequestEvents, this.#maxEvents * 2);
    } else if (answer.kind === 'tooLarge') {
      const message = 'The event is larger than the gateway takes.';
      await (events.length > 1
        ? this.#halve(events.length)
        : this.#remove(taken, [{ sequence: events[0]?.sequence ?? 0, code: 'RECORD_TOO_LARGE', message }]));
    } else if (answer.kind === 'invalid') {
      throw new ZerobusError('INVALID_ARGUMENT', `The gateway does not understand a request: ${answer.message}`);
    } else {
      this.#failures++;
      this.#headers = answer.isUnauthorized ? undefined : this.#headers;
      const waitMs = answer.afterMs ?? backoffMs(this.#failures, options);
      report({ kind: 'retry', attempt: this.#failures, waitMs, reason: answer.reason });
      await this.#retry.forNews(signal, waitMs);
    }
  }

  async #remove({ client, events }: Taken, refused: readonly Refusal[]): Promise<void> {
    const { store, onProgress } = this.#parts;
    onProgress(await store.remove(client, events), refused);
  }

  #halve(count: number): void {
    this.#maxEvents = Math.max(1, Math.floor(count / 2));
  }
}

/** Waits for a value, but no longer than a signal lets. */
function unlessAborted<T>(signal: AbortSignal, value: T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    Promise.resolve(value).then(resolve, reject);
  });
}
