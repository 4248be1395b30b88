import type { ServerResponse } from 'node:http';
import { type Observable, ReplaySubject } from 'rxjs';
import { boundedDuration } from '../errors/checkNumber.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { IngestionFactory } from '../stream/ingestionFactory.ts';
import { monotonicNow } from '../time/monotonicNow.ts';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';
import { answerRequest, type RequestDesk } from './answerRequest.ts';
import { ByteBudget, ByteReservation } from './byteBudget.ts';
import { discardBody } from './discardBody.ts';
import { EventIntake } from './eventIntake.ts';
import { EventStream } from './eventStream.ts';
import { GatewayClients } from './gatewayClients.ts';
import type { GatewayRequest, ResolvedRequestOptions } from './gatewayOptions.ts';
import type { GatewayState, GatewayStats } from './gatewayStats.ts';
import { RequestError } from './requestError.ts';
import { CLIENT_GONE, RequestLife } from './requestLife.ts';
import { sendErrorAnswer } from './sendAnswer.ts';
import { windowFull } from './windowFull.ts';

/** What a {@link ZerobusGateway} is made of. */
export interface ZerobusGatewayParts extends Pick<IngestionFactory, 'make' | 'stream'> {
  readonly options: ResolvedRequestOptions;
}

const DEFAULT_DRAIN_MS = 10_000;

/** The server side of `rxjs-zerobus/browser`: takes events of pages over HTTP. Created by `zerobusGateway`. */
export class ZerobusGateway {
  /** Emits the state, the current one first. Completes after `closed` or `failed`. */
  readonly state$: Observable<GatewayState>;
  readonly #parts: ZerobusGatewayParts;
  readonly #state$ = new ReplaySubject<GatewayState>(1);
  readonly #clients: GatewayClients;
  readonly #intake: EventIntake;
  readonly #pendingBytes: ByteBudget;
  /** The requests that are not answered. */
  readonly #pending = new Set<RequestLife>();
  readonly #stream: EventStream;
  readonly #desk: RequestDesk;
  #state: GatewayState = 'recovering';
  #failure: ZerobusError | undefined;
  #draining: Promise<void> | undefined;
  #onIdle: () => void = () => {};
  #answeredCount = 0;
  #failedCount = 0;

  /** @internal Opens the stream. */
  constructor(parts: ZerobusGatewayParts) {
    const { options, stream, make } = parts;
    this.#parts = parts;
    this.state$ = this.#state$.asObservable();
    this.#clients = new GatewayClients(options, () => monotonicNow(stream.scheduler));
    this.#intake = new EventIntake(options);
    this.#pendingBytes = new ByteBudget(options.maxPendingBytes);
    this.#state$.next(this.#state);
    this.#stream = new EventStream(make, {
      onDurable: (event) => this.#intake.onDurable(event),
      onRefused: (event, error) => this.#intake.onRefused(event, error),
      onConnection: (isOpen) => {
        if (this.#state !== 'draining') {
          this.#enter(isOpen ? 'open' : 'recovering');
        }
      },
      onFailure: (failure) => this.#fail(failure),
      onClosed: () => this.#end('closed'),
    });
    this.#desk = {
      options,
      scheduler: stream.scheduler,
      clients: this.#clients,
      intake: this.#intake,
      stream: this.#stream,
      checkRoom: () => this.#checkRoom(),
      onFailed: (error) => this.#report(error),
    };
  }

  /** The error by which the stream has failed, if it has. Its `unacked` has the rows that are not durable. */
  get failure(): ZerobusError | undefined {
    return this.#failure;
  }

  /** The state and the counters of the gateway, now. */
  get stats(): GatewayStats {
    const { hasRoom, inflightEvents, inflightBytes } = this.#stream;
    return {
      state: this.#state,
      hasRoom,
      clients: this.#clients.size,
      pendingRequests: this.#pending.size,
      pendingBytes: this.#pendingBytes.used,
      inflightEvents,
      inflightBytes,
      answeredRequests: this.#answeredCount,
      failedRequests: this.#failedCount,
      durableEvents: this.#intake.durableCount,
      refusedEvents: this.#intake.refusedCount,
      repeatedEvents: this.#intake.repeatedCount,
    };
  }

  /**
   * Answers a request of `node:http`, whatever its path. It is bound, so it can be passed on as it is.
   *
   * @param request the request, whose body was not read, or is its `body` or `rawBody` as text or bytes
   * @param response the response, which the gateway ends
   * @returns a promise that resolves when the request is answered, or its client has gone away. It never rejects
   */
  readonly handle = async (request: GatewayRequest, response: ServerResponse): Promise<void> => {
    const { options, stream } = this.#parts;
    const { scheduler } = stream;
    const life = new RequestLife(response, scheduler, options.answerTimeoutMs);
    const reservation = new ByteReservation(this.#pendingBytes);
    this.#pending.add(life);
    try {
      await answerRequest({ request, response, life, reservation }, this.#desk);
      this.#answeredCount += response.statusCode === 200 ? 1 : 0;
    } catch (error) {
      if (error !== CLIENT_GONE && !response.headersSent) {
        this.#failedCount++;
        sendErrorAnswer(response, error instanceof RequestError ? error : this.#unexpected(error));
      }
    } finally {
      life.end();
      reservation.release();
      discardBody(request, scheduler, options.bodyTimeoutMs);
      this.#pending.delete(life);
      if (this.#pending.size === 0) {
        this.#onIdle();
      }
    }
  };

  /**
   * Ends the gateway: answers new requests with 503, waits until the rows that were taken in are durable and their
   * requests are answered, and closes the stream. Calling it again returns the same promise.
   *
   * @param deadlineMs the longest time, in milliseconds. Defaults to `10000`
   * @returns a promise. Rejects with `FLUSH_TIMEOUT` after the deadline, or with the failure of the stream, whose
   * `unacked` has the rows that are not durable. Their clients still have the events
   */
  drain(deadlineMs: number = DEFAULT_DRAIN_MS): Promise<void> {
    this.#draining ??= this.#drain(deadlineMs);
    return this.#draining;
  }

  /** Ends the gateway at the end of an `await using` block, in Node 24 or as TypeScript compiles it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.drain();
  }

  async #drain(deadlineMs: number): Promise<void> {
    if (this.#state !== 'failed') {
      this.#enter('draining');
      for (const life of this.#pending) {
        if (!life.isWaiting) {
          life.fail(draining());
        }
      }
      this.#stream.close();
    }
    const { scheduler } = this.#parts.stream;
    const deadline = scheduleDeadline(scheduler, boundedDuration(deadlineMs), () =>
      this.#fail(this.#stream.cancel(tooLate(deadlineMs))),
    );
    const isOver = new Promise<void>((resolve) => {
      this.state$.subscribe({ complete: resolve });
    });
    await isOver;
    deadline.unsubscribe();
    if (this.#pending.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  /** Checks that the next request can be taken in. */
  #checkRoom(): void {
    if (this.#state === 'failed') {
      throw streamFailed();
    }
    if (this.#state === 'draining' || this.#state === 'closed') {
      throw draining();
    }
    if (!this.#stream.hasRoom) {
      throw windowFull();
    }
  }

  /** Reports what the answer to a request does not say. */
  #report(error: unknown): void {
    try {
      this.#parts.options.failed?.(error);
    } catch {
      // The option says that it is ignored.
    }
  }

  #unexpected(error: unknown): RequestError {
    this.#report(error);
    return new RequestError('INTERNAL', 'The gateway has failed: send the request again.');
  }

  #enter(state: GatewayState): void {
    if (state !== this.#state) {
      this.#state = state;
      this.#state$.next(state);
    }
  }

  #end(state: 'closed' | 'failed'): void {
    this.#enter(state);
    this.#state$.complete();
  }

  #fail(failure: ZerobusError): void {
    this.#failure = failure;
    this.#end('failed');
    this.#intake.failAll(this.#draining === undefined ? streamFailed() : draining());
  }
}

function draining(): RequestError {
  return new RequestError('DRAINING', 'The gateway is about to end: send the request again.', 1000);
}

function streamFailed(): RequestError {
  return new RequestError('STREAM_FAILED', 'The gateway cannot write at present: send the request again.', 5000);
}

function tooLate(deadlineMs: number): ZerobusError {
  return new ZerobusError(
    'FLUSH_TIMEOUT',
    `The gateway was not drained within ${deadlineMs} ms. The clients still have the events whose rows are not durable.`,
  );
}
