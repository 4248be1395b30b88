import { Observable, type Subscriber, type Subscription } from 'rxjs';
import type { ZerobusError } from '../errors/zerobusError.ts';
import { monotonicNow } from '../time/monotonicNow.ts';
import { scheduleDeadline } from '../time/scheduleDeadline.ts';
import type { TransportCall, TransportObserver } from '../transport/transport.ts';
import { ingestRequest } from '../wire/batch.ts';
import { parseResponse, type Response } from '../wire/parseResponse.ts';
import { AckWatchdog } from './ackWatchdog.ts';
import { ackTimeout, checkExpected, creationTimeout, endedEarly } from './sessionErrors.ts';
import type { SessionEvent } from './sessionEvent.ts';
import type { SessionOptions } from './sessionOptions.ts';

/** The longest time the service may take to end a call whose records are all durable. The call is then canceled. */
const SERVER_CLOSE_TIMEOUT_MS = 2000;

/**
 * The life of one connection: headers, call, creation of the stream, records out, acks in, close.
 *
 * Emits the events of the session. Completes when everything is durable and the source has ended, or when the service
 * has asked to close the connection; the next session then sends what is not durable. Errors with a `ZerobusError` in
 * every other case. Unsubscribing cancels the call and every timer at once.
 */
export function openSession(options: SessionOptions): Observable<SessionEvent> {
  return new Observable((subscriber) => {
    const session = new Session(options, subscriber);
    subscriber.add(() => session.dispose());
    // An observer of events may have ended the stream from within.
    if (!subscriber.closed) {
      session.start();
    }
  });
}

class Session implements TransportObserver {
  readonly #options: SessionOptions;
  readonly #subscriber: Subscriber<SessionEvent>;
  readonly #watchdog: AckWatchdog;
  #phase: 'creating' | 'open' | 'paused' | 'closing' = 'creating';
  #call: TransportCall | undefined;
  #isWritable = true;
  #isPumping = false;
  #openedAt = 0;
  /** The durable progress of all streams of the operator when this one was opened. */
  #progressAtOpening: number | undefined;
  #deadline: Subscription | undefined;

  constructor(options: SessionOptions, subscriber: Subscriber<SessionEvent>) {
    this.#options = options;
    this.#subscriber = subscriber;
    this.#watchdog = new AckWatchdog(options.serverLackOfAckTimeoutMs, options.scheduler, () => this.#onLackOfAck());
  }

  start(): void {
    const { headers$, wake$, recoveryTimeoutMs, transport, creationRequest } = this.#options;
    this.#setDeadline(recoveryTimeoutMs, () => this.#fail(creationTimeout(recoveryTimeoutMs)));
    this.#subscriber.add(wake$.subscribe(() => this.#onWake()));
    this.#subscriber.add(
      headers$.subscribe({
        next: (headers) => {
          if (this.#call !== undefined || this.#subscriber.closed) {
            return;
          }
          const call = transport.open(headers, this);
          // The call may have failed while it was opened.
          if (this.#subscriber.closed) {
            return call.cancel();
          }
          this.#call = call;
          this.#isWritable = call.write(creationRequest);
        },
        error: (error) => this.#fail(error),
      }),
    );
  }

  dispose(): void {
    // An observer may have ended the stream from within an event, and nothing is sent afterwards.
    this.#phase = 'closing';
    this.#deadline?.unsubscribe();
    this.#watchdog.stop();
    this.#call?.cancel();
  }

  onMessage(bytes: Uint8Array): void {
    if (this.#phase === 'closing') {
      return;
    }
    const wasHeldBack = this.#options.outbox.isHeldBack;
    let response: Response;
    try {
      response = parseResponse(bytes);
      checkExpected(response, this.#phase === 'creating');
      if (response.kind === 'ack' && !this.#options.outbox.acknowledge(response.physicalOffset)) {
        return;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (response.kind === 'created') {
      this.#onCreated(response.streamId);
    } else if (response.kind === 'ack') {
      this.#onProgress();
      if (wasHeldBack && !this.#subscriber.closed) {
        this.#pump();
      }
    } else {
      this.#onCloseSignal(response.durationMs);
    }
  }

  onDrain(): void {
    this.#isWritable = true;
    this.#pump();
    this.#subscriber.next({ kind: 'relieved' });
  }

  onEnd(): void {
    // The service ends the call after a close signal, or in answer to our half-close.
    if (this.#phase === 'paused' || this.#phase === 'closing') {
      this.#subscriber.complete();
    } else {
      this.#fail(endedEarly());
    }
  }

  onError(error: ZerobusError): void {
    // Once everything is durable, there is nothing left to lose. After a close signal, the end is expected.
    if (this.#phase === 'closing' || (this.#phase === 'paused' && error.isRetryable)) {
      this.#subscriber.complete();
    } else {
      this.#fail(error);
    }
  }

  #onCreated(streamId: string): void {
    this.#deadline?.unsubscribe();
    this.#phase = 'open';
    this.#openedAt = monotonicNow(this.#options.scheduler);
    this.#progressAtOpening = this.#options.lane?.progressCount();
    this.#subscriber.next({ kind: 'opened', streamId });
    this.#onWake();
    this.#subscriber.next({ kind: 'relieved' });
  }

  #onWake(): void {
    if (this.#phase === 'closing') {
      return;
    }
    this.#pump();
    const { outbox } = this.#options;
    this.#reportDurable();
    if (this.#subscriber.closed || !outbox.isFinished) {
      return;
    }
    if (this.#phase === 'open') {
      this.#leave();
    } else if (this.#phase === 'creating') {
      this.#subscriber.complete();
    }
  }

  #reportDurable(): void {
    const offset = this.#options.outbox.takeDurable();
    if (offset !== undefined) {
      this.#subscriber.next({ kind: 'durable', offset });
    }
  }

  #onProgress(): void {
    const { outbox } = this.#options;
    this.#watchdog.onProgress(outbox.sentCount > 0);
    this.#subscriber.next({ kind: 'progress' });
    this.#reportDurable();
    if (this.#subscriber.closed || this.#phase === 'closing') {
      return;
    }
    if (outbox.isFinished || (this.#phase === 'paused' && outbox.sentCount === 0)) {
      this.#leave();
    }
  }

  #onCloseSignal(durationMs: number): void {
    if (this.#phase === 'paused') {
      return;
    }
    const { outbox, streamPausedMaxWaitTimeMs = Number.POSITIVE_INFINITY } = this.#options;
    this.#phase = 'paused';
    this.#subscriber.next({ kind: 'paused', durationMs });
    if (this.#subscriber.closed) {
      return;
    }
    const waitMs = Math.min(durationMs, streamPausedMaxWaitTimeMs);
    if (outbox.sentCount === 0) {
      this.#leave();
    } else if (waitMs === 0) {
      this.#subscriber.complete();
    } else {
      this.#setDeadline(waitMs, () => this.#subscriber.complete());
    }
  }

  #onLackOfAck(): void {
    const { serverLackOfAckTimeoutMs, outbox } = this.#options;
    this.#fail(ackTimeout(serverLackOfAckTimeoutMs, outbox.sentCount));
  }

  #pump(): void {
    // A subscriber of telemetry that is called about a batch before it is written may wake the session. Nothing
    // overtakes that batch.
    if (this.#call !== undefined && !this.#isPumping) {
      this.#isPumping = true;
      this.#writeTo(this.#call);
      this.#isPumping = false;
    }
  }

  #writeTo(call: TransportCall): void {
    const { outbox } = this.#options;
    while (this.#isWritable && this.#phase === 'open') {
      const isFirst = outbox.sentCount === 0;
      const next = outbox.takeNext();
      // Such a subscriber may also have ended the stream.
      if (next === undefined || this.#subscriber.closed) {
        return;
      }
      if (isFirst) {
        this.#watchdog.onFirstInFlight();
      }
      this.#isWritable = call.write(ingestRequest(next.batch, next.physicalOffset));
    }
  }

  /**
   * Ends the request side and gives the service time to end the call, because a canceled call looks like a failure to
   * the service.
   */
  #leave(): void {
    this.#phase = 'closing';
    this.#watchdog.stop();
    this.#setDeadline(SERVER_CLOSE_TIMEOUT_MS, () => this.#subscriber.complete());
    this.#call?.halfClose();
  }

  #fail(error: unknown): void {
    if (this.#phase !== 'creating' && this.#options.outbox.isIdle && this.#hasLivedLong()) {
      this.#subscriber.next({ kind: 'outlived' });
    }
    // Whatever handles the error may wake this session before it is disposed of.
    this.#phase = 'closing';
    this.#subscriber.error(error);
  }

  /** Whether it was open for long, or while another stream of the operator made progress. */
  #hasLivedLong(): boolean {
    const { scheduler, recoveryBackoffMaxMs, lane } = this.#options;
    return (
      lane?.progressCount() !== this.#progressAtOpening ||
      monotonicNow(scheduler) - this.#openedAt > recoveryBackoffMaxMs
    );
  }

  #setDeadline(delayMs: number, onDeadline: () => void): void {
    this.#deadline?.unsubscribe();
    this.#deadline = scheduleDeadline(this.#options.scheduler, delayMs, onDeadline);
  }
}
