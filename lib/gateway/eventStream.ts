import type { Subscription } from 'rxjs';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { Ingestion } from '../stream/ingestion.ts';
import type { IngestionFactory } from '../stream/ingestionFactory.ts';
import type { SessionEvent } from '../stream/sessionEvent.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import { ValueRing } from '../stream/valueRing.ts';
import type { EventInFlight } from './eventInFlight.ts';

/** Notified of what happens in an {@link EventStream}. */
export interface EventStreamObserver {
  readonly onDurable: (event: EventInFlight) => void;
  /** The service has refused the row of an event. */
  readonly onRefused: (event: EventInFlight, error: ZerobusError) => void;
  /** A connection was opened, or broke. */
  readonly onConnection: (isOpen: boolean) => void;
  readonly onFailure: (failure: ZerobusError) => void;
  /** Everything is durable after {@link EventStream.close}. */
  readonly onClosed: () => void;
}

/** The stream of a gateway: the rows of events in, and each event out again when its row is durable. */
export class EventStream {
  readonly #events = new ValueRing<EventInFlight>();
  readonly #ingestion: Ingestion<ZerobusRecord>;
  readonly #observer: EventStreamObserver;
  readonly #subscription: Subscription;

  constructor(make: IngestionFactory['make'], observer: EventStreamObserver) {
    this.#observer = observer;
    this.#ingestion = make({
      rejectionTaker: {
        onRejected: () => undefined,
        onTakenIn: (offset, error) => {
          const event = this.#events.at(offset);
          this.#events.remove(offset);
          observer.onRefused(event, error);
        },
      },
    });
    this.#subscription = this.#ingestion.events$.subscribe({
      next: (event) => this.#onEvent(event),
      error: (error) =>
        observer.onFailure(this.#ingestion.failure(this.#ingestion.isAbort(error) ? abortedBySignal(error) : error)),
      complete: () => observer.onClosed(),
    });
  }

  /** Whether there is room for more events. */
  get hasRoom(): boolean {
    return this.#ingestion.hasRoom;
  }

  /** The number of events whose rows are not durable. */
  get inflightEvents(): number {
    return this.#ingestion.inflightRecords;
  }

  /** The size of these rows in their wire form, in bytes. */
  get inflightBytes(): number {
    return this.#ingestion.inflightBytes;
  }

  /**
   * Accepts the row of an event. It is serialized at once.
   *
   * @throws {@link ZerobusError} `INVALID_RECORD` or `RECORD_TOO_LARGE` if the row is not accepted
   */
  add(event: EventInFlight, row: ZerobusRecord): void {
    this.#events.push(event);
    try {
      this.#ingestion.add(row);
    } catch (error) {
      this.#events.pop();
      throw error;
    }
  }

  /** Ends the stream: what was accepted becomes durable. */
  close(): void {
    this.#ingestion.close();
  }

  /**
   * Cancels everything at once.
   *
   * @param reason the reason, for the error that is returned, which has the rows that are not durable
   */
  cancel(reason: unknown): ZerobusError {
    const failure = this.#ingestion.failure(reason);
    this.#subscription.unsubscribe();
    return failure;
  }

  #onEvent(event: SessionEvent): void {
    if (event.kind === 'durable') {
      this.#events.take(event.offset, (each) => {
        this.#observer.onDurable(each);
        return true;
      });
    } else if (event.kind === 'opened' || event.kind === 'broken') {
      this.#observer.onConnection(event.kind === 'opened');
    }
  }
}

/** Everything about a gateway that has failed is a `ZerobusError`. */
function abortedBySignal(reason: unknown): ZerobusError {
  return new ZerobusError('CANCELLED', 'The signal of the gateway aborted it: see the cause.', {
    cause: reason,
    isRetryable: false,
  });
}
